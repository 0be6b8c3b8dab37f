package io.github.seccompagent.app.profile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a rule does with a call. */
enum Action {
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

    private final int value;
    private final boolean hasErrno;

    Action(int value, boolean hasErrno) {
        this.value = value;
        this.hasErrno = hasErrno;
    }

    /** The action of that name; empty if runtimes know no such name. */
    static Optional<Action> of(String name) {
        String wanted = name.equals(PREFIX + "KILL") ? PREFIX + "KILL_THREAD" : name;
        return Arrays.stream(values())
                .filter(action -> wanted.equals(action.toString()))
                .findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Action::toString).toList();
    }

    /** Whether the kernel executes such a call. */
    boolean lets() {
        return this == ALLOW || this == LOG;
    }

    /** Whether such a call fails without anybody being asked. */
    boolean refuses() {
        return this == ERRNO || this == TRAP || this == KILL_THREAD || this == KILL_PROCESS;
    }

    boolean hasErrno() {
        return hasErrno;
    }

    /** As libseccomp wants it: EPERM if no errno is named. */
    int value(@Nullable Long errno) {
        return hasErrno ? value | (errno == null ? EPERM : (int) Math.min(errno, 0xffff)) : value;
    }

    /** The name in profiles. */
    @Override
    public String toString() {
        return PREFIX + name();
    }
}
