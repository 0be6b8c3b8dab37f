package io.github.seccompagent.runtime;

/** What the agent counts, from its start. */
public enum Counter {
    /** Connections that a runtime or somebody else opened. */
    CONNECTIONS,
    /** Connections closed since their peer may not hand over a listener. */
    REFUSED_PEERS,
    /** Connections closed since what came on them was no container process state with its listener. */
    BAD_STATES,
    /** Listeners taken over, one for each container and each process that a runtime executes in one. */
    LISTENERS,
    /** Containers whose resolver failed: all their notified calls fail with EPERM. */
    RESOLVER_ERRORS,
    /** Notifications received. */
    NOTIFICATIONS,
    /** Notifications whose call had gone away before the answer. */
    STALE_NOTIFICATIONS,
    /** Calls that failed with EIO since their handler threw. */
    HANDLER_ERRORS,
    /** Calls answered with ETIMEDOUT since their handler took too long. */
    HANDLER_TIMEOUTS,
    /** Answers that the kernel refused for another reason than that the call was gone. */
    SEND_ERRORS,
    /** Calls made on behalf of a target. */
    ON_BEHALF_CALLS,
    /** Calls on behalf that could not be made for a reason that lies with the agent: EIO, or ETIMEDOUT. */
    ON_BEHALF_ERRORS,
    /** Containers that were to be killed or frozen for a call, and could not be. */
    ACTION_ERRORS,
    /** Calls on behalf of a caller with a capability that the agent lacks. */
    MISSING_CAPABILITIES,
    /** Mounts that failed with ENOSPC since their container had as many as it may. */
    MOUNT_LIMIT_HITS,
    /** Calls made again by a caller that a signal had kept from its answer, and answered with the first one's success. */
    RESTARTED_CALLS,
    /**
     * Calls that failed as if their thread had made them again for want of an answer, although the kernel had taken the
     * answer: programs that make a call twice within a second, or answers that a signal kept from their caller.
     */
    POSSIBLY_LOST_ANSWERS,
    /** Times that a listener had to wait since its container, or all, had too many calls in flight. */
    ADMISSION_WAITS,
    /**
     * Calls whose handler had not come back a second after they were answered with ETIMEDOUT. Its thread counts as a call in
     * flight of its container, until it does.
     */
    STUCK_HANDLERS,
    /** Delays that were left out since as many calls as may be were delayed, or since the agent could have no more threads. */
    DELAYS_LEFT_OUT
}
