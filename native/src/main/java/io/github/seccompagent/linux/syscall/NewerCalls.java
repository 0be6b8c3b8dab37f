package io.github.seccompagent.linux.syscall;

import io.github.seccompagent.linux.libc.LibC;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The members of the families that are newer than the oldest supported kernel. */
public final class NewerCalls {
    private static final int ENOSYS = 38;

    private static final Set<String> MISSING =
            Map.of("fchmodat2", 452, "setxattrat", 463, "removexattrat", 466).entrySet().stream()
                    .filter(call -> !isKnown(call.getValue()))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toUnmodifiableSet());

    private NewerCalls() {}

    /** Whether this kernel lacks a call. */
    public static boolean isMissing(String syscall) {
        return MISSING.contains(syscall);
    }

    /**
     * Asks the kernel, with a path at no address and flags that no call has. So a call that the kernel has can only
     * fail.
     */
    static boolean isKnown(int number) {
        return LibC.syscall(number, -1, 0, -1, -1, 0) >= 0 || LibC.errno() != ENOSYS;
    }
}
