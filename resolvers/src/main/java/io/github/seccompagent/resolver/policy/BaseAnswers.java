package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the profile did with calls before they were notified, as lines {@code BASE=CALL:ERRNO,CALL:allow} say. It only
 * restricts.
 */
final class BaseAnswers {
    static final String KEY = "BASE";

    private final Map<String, Errno> refused = new HashMap<>();

    /** @throws IllegalArgumentException if a line is not understood */
    BaseAnswers(ContainerProcessState container) {
        for (String line : container.metadataValues(KEY)) {
            for (String answer : line.split(",", -1)) {
                if (!answer.isBlank()) {
                    add(answer.strip());
                }
            }
        }
    }

    private void add(String answer) {
        int colon = answer.indexOf(':');
        String what = answer.substring(colon + 1);
        if (colon <= 0) {
            throw new IllegalArgumentException("BASE: CALL:ERRNO or CALL:allow was expected");
        }
        if (!what.equals("allow")) {
            refused.putIfAbsent(answer.substring(0, colon), errno(what));
        }
    }

    private static Errno errno(String name) {
        try {
            return Errno.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("BASE: the name of an errno was expected after the colon", e);
        }
    }

    /** Null if the profile did not refuse the call. */
    @Nullable Errno refusalOf(String syscall) {
        return refused.get(syscall);
    }
}
