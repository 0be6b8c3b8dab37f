package io.github.seccompagent.app.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a profile was made from, as it is in the evidence file.
 *
 * @param version of this form
 * @param program the first word of the command; empty if containers were recorded. The other words may be secret
 * @param started when, as in ISO 8601
 * @param seconds from then to the last call that was noted, or to the end of the command
 * @param partial whether the recording ended before the command did, or a signal ended the command
 * @param reason why it is partial; empty if it is not
 * @param exitStatus that of the command; null if there was none, or it has not ended
 * @param quiet the calls that are never notified, so that nothing is known of them
 * @param calls what was seen
 * @param omitted how many calls were not noted because there were too many different ones
 * @param under what the profile refuses; null if none was given
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Evidence(
        int version,
        String program,
        String started,
        double seconds,
        boolean partial,
        String reason,
        @Nullable Integer exitStatus,
        List<String> quiet,
        List<Call> calls,
        long omitted,
        @Nullable Under under) {

    /** The only version so far. */
    static final int VERSION = 1;

    /** Whether the command could be executed. */
    boolean wasExecuted() {
        boolean unusual = exitStatus == null || exitStatus != 126 && exitStatus != 127;
        return unusual
                || calls.stream().anyMatch(call -> !call.first().program().equals("seccomp-helper"));
    }

    /** One syscall of one architecture. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Call(String abi, String name, long count, First first, List<Argument> arguments) {
        public Call(String abi, String name, long count, First first, @Nullable List<Argument> arguments) {
            this.abi = abi;
            this.name = name;
            this.count = count;
            this.first = first;
            this.arguments = arguments == null ? List.of() : arguments; // Jackson leaves out what is empty
        }
    }

    /** Who made it first, and when. */
    public record First(String program, String executable, String at) {}

    /**
     * An argument.
     *
     * @param index the number of its register
     * @param more whether there were more values than are listed
     */
    public record Argument(
            int index,
            String name,
            List<Value> values,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean more) {}

    /**
     * A value of an argument.
     *
     * @param meaning what it is called; empty if that is not known
     */
    public record Value(
            long value,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable String meaning,

            long count) {}

    /**
     * What a profile refuses.
     *
     * @param enforced whether the calls were really refused
     */
    public record Under(String profile, boolean enforced, List<Refused> refused) {}

    /**
     * A call that a profile refuses.
     *
     * @param errno the name of the error, for SCMP_ACT_ERRNO
     * @param count how often it was made; 0 if it is one that is never notified
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Refused(
            String abi,
            String name,
            String action,
            String errno,
            @JsonProperty("count") long count,
            List<ProgramCount> programs) {}

    /** How often a program made it. */
    public record ProgramCount(String program, long count) {}
}
