package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Locale;

/**
 * Who was looked at, and what is known of it apart from single calls.
 *
 * @param asked the pid, container or file as the user named it
 * @param pid the process; 0 for a profile
 * @param thread the thread of it whose filters these are; 0 if none was read
 * @param name the name of its program; empty for a profile
 * @param container the id of its container; empty if it was not asked for by its container
 * @param source where the answer comes from
 * @param why why it does not come from the kernel; empty if it does
 * @param mode whether seccomp is on: off, strict or filter
 * @param filterCount how many filters there are; 0 if the kernel does not say so
 * @param filters the filters, the newest first; none if they could not be read
 * @param notes what else is worth knowing, in sentences
 * @param boundingCapabilities those that programs of it can have at most
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({
    "asked",
    "pid",
    "thread",
    "name",
    "container",
    "source",
    "why",
    "mode",
    "noNewPrivileges",
    "filterCount",
    "filters",
    "notes"
})
public record Subject(
        String asked,
        int pid,
        int thread,
        String name,
        String container,
        Source source,
        String why,
        String mode,
        boolean noNewPrivileges,
        int filterCount,
        List<Filter> filters,
        List<String> notes,
        @JsonIgnore long boundingCapabilities) {

    /** Where an answer comes from, the best first. */
    public enum Source {
        /** The filters that the kernel holds. */
        KERNEL,
        /** A file that was asked for. */
        PROFILE,
        /** The profile in the bundle of the container. The runtime made its filters of that. */
        BUNDLE,
        /** Only /proc/PID/status. */
        STATUS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One filter.
     *
     * @param instructions how long it is
     * @param log whether the kernel logs what it does not allow
     */
    public record Filter(int instructions, boolean log) {}

    /** A profile in a file. */
    static Subject ofProfile(String file, List<Filter> filters) {
        return new Subject(
                file, 0, 0, "", "", Source.PROFILE, "", "filter", false, filters.size(), filters, List.of(), 0);
    }

    /** Whether it is as it was asked for. */
    boolean isSure() {
        return source == Source.KERNEL || source == Source.PROFILE;
    }
}
