package io.github.seccompagent.app.doctor;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.linux.process.ThreadStatus;

/**
 * The process that looks.
 *
 * @param uid its effective user id
 * @param capabilities its effective capabilities
 */
record Self(int uid, long capabilities) {
    static Self now() {
        ThreadStatus status = ThreadStatus.of((int) ProcessHandle.current().pid());
        return new Self(status.user().effective(), status.effectiveCapabilities());
    }

    /** Whether an ordinary user runs it. Then it says nothing about an agent that root runs. */
    boolean isOrdinaryUser() {
        return uid != 0;
    }

    boolean isAdministrator() {
        return (capabilities & Capability.CAP_SYS_ADMIN.bit()) != 0;
    }

    /** Why it cannot try something. */
    String lack() {
        return isOrdinaryUser()
                ? "the doctor runs as uid " + Integer.toUnsignedString(uid) + " and has no CAP_SYS_ADMIN"
                : "the doctor has no CAP_SYS_ADMIN";
    }

    static String remedy() {
        return "run the doctor as root with all capabilities, as the agent runs";
    }
}
