package io.github.seccompagent.linux.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a rule does with a call, and what a filter returns for it, seccomp(2). */
public enum SeccompAction {
    ALLOW(0x7fff0000, false),
    LOG(0x7ffc0000, false),
    NOTIFY(0x7fc00000, false),
    TRACE(0x7ff00000, true),
    ERRNO(0x00050000, true),
    TRAP(0x00030000, false),
    KILL_THREAD(0x00000000, false),
    KILL_PROCESS(0x80000000, false);

    private static final String PREFIX = "SCMP_ACT_";
    private static final int EPERM = 1;
    private static final int DATA = 0xffff;

    private final int value;
    private final boolean hasErrno;

    SeccompAction(int value, boolean hasErrno) {
        this.value = value;
        this.hasErrno = hasErrno;
    }

    /** The action with a name; empty if runtimes know no such name. */
    public static Optional<SeccompAction> of(String name) {
        String wanted = name.equals(PREFIX + "KILL") ? PREFIX + "KILL_THREAD" : name;
        return Arrays.stream(values())
                .filter(action -> wanted.equals(action.toString()))
                .findFirst();
    }

    /** The names of all. */
    public static List<String> names() {
        return Arrays.stream(values()).map(SeccompAction::toString).toList();
    }

    /** What the kernel does when a filter returns a value. */
    public static SeccompAction returned(int value) {
        return Arrays.stream(values())
                .filter(action -> action.value == (value & ~DATA))
                .findFirst()
                .orElse(KILL_PROCESS); // the kernel does that with a value that it does not know
    }

    /** What a tracer or the caller gets when a filter returns a value. */
    public static int data(int value) {
        return value & DATA;
    }

    /** Whether the kernel prefers the first of two values that filters return. */
    public static boolean isStricter(int value, int other) {
        return (value & ~DATA) < (other & ~DATA);
    }

    /** Whether the kernel executes such a call. */
    public boolean lets() {
        return this == ALLOW || this == LOG;
    }

    /** Whether such a call fails without anybody being asked. */
    public boolean refuses() {
        return this == ERRNO || this == TRAP || this == KILL_THREAD || this == KILL_PROCESS;
    }

    /** Whether a rule can have an errno with it. */
    public boolean hasErrno() {
        return hasErrno;
    }

    /** As libseccomp wants it: EPERM if no errno is named. */
    public int value(@Nullable Long errno) {
        return hasErrno ? value | (errno == null ? EPERM : (int) Math.min(errno, DATA)) : value;
    }

    /** The name in profiles. */
    @Override
    public String toString() {
        return PREFIX + name();
    }
}
