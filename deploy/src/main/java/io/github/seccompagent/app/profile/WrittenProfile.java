package io.github.seccompagent.app.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A profile as it is written, in the form of the runtime specification. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WrittenProfile(
        String defaultAction,
        @Nullable Long defaultErrnoRet,
        @Nullable List<String> architectures,
        @Nullable List<String> flags,
        @Nullable String listenerPath,
        @Nullable String listenerMetadata,
        List<WrittenRule> syscalls) {

    /** A rule as it is written. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record WrittenRule(
            List<String> names,
            String action,
            @Nullable Long errnoRet,
            @Nullable List<WrittenCondition> args) {}

    /** A condition as it is written. Its numbers are unsigned. */
    public record WrittenCondition(long index, BigInteger value, BigInteger valueTwo, String op) {}
}
