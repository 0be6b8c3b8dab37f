package io.github.seccompagent.runtime;

/** What the agent counts from its start on. */
public enum Counter {
    /** Connections to the socket. */
    CONNECTIONS,
    /** Connections closed because their peer may not hand over a listener. */
    REFUSED_PEERS,
    /** Connections closed because they did not bring a container process state with its listener. */
    BAD_STATES,
    /**
     * Listeners taken over: one for each container, and one for each process that a runtime executes in a container.
     */
    LISTENERS,
    /** Listeners closed because as many are served as may be, in all or of a user, or wait for their resolver. */
    LISTENER_LIMIT_HITS,
    /** Connections closed because their state was too long, or too much had come on connections of their user. */
    STATE_LIMIT_HITS,
    /**
     * Listeners that are served and not kept: their calls fail with ENOSYS if the agent is killed. As much is kept as
     * may be, or the keeper or memory cannot be had.
     */
    NOT_KEPT,
    /** Containers whose resolver failed. All their notified calls fail with EPERM. */
    RESOLVER_ERRORS,
    /** Containers whose resolver had not answered in time. Their notified calls fail with EPERM until it does. */
    RESOLVER_TIMEOUTS,
    /** Notifications received. */
    NOTIFICATIONS,
    /** Notifications whose call went away before its answer. */
    STALE_NOTIFICATIONS,
    /** Calls that failed with EIO because their handler threw. */
    HANDLER_ERRORS,
    /** Calls answered with ETIMEDOUT because their handler took too long. */
    HANDLER_TIMEOUTS,
    /** Answers that the kernel refused although the call still waited. */
    SEND_ERRORS,
    /** Calls made on behalf of a target. */
    ON_BEHALF_CALLS,
    /** Those of them that a worker has made which had become the calling thread for an earlier call. */
    STAYING_WORKER_CALLS,
    /** Calls on behalf that could not be made for a reason on the agent's side. They fail with EIO or ETIMEDOUT. */
    ON_BEHALF_ERRORS,
    /** Failed attempts to kill or freeze a container for a call. */
    ACTION_ERRORS,
    /** Calls on behalf of a caller that has a capability which the agent lacks. */
    MISSING_CAPABILITIES,
    /** Mounts that failed with ENOSPC because their container was at its limit. */
    MOUNT_LIMIT_HITS,
    /**
     * Calls that a caller made again because a signal had kept it from the answer. They got the success of the first
     * call as their answer.
     */
    RESTARTED_CALLS,
    /**
     * Calls that failed as if their thread had made them before and had not seen the answer, although the kernel had
     * taken that answer. Either a program makes a call twice within a second, or a signal kept the answer from the
     * caller.
     */
    POSSIBLY_LOST_ANSWERS,
    /** Times that a listener had to wait because too many calls were in flight, of its container or in all. */
    ADMISSION_WAITS,
    /**
     * Calls whose handler had not returned a second after the call was answered with ETIMEDOUT. Until it returns, its
     * thread counts as a call in flight of its container.
     */
    STUCK_HANDLERS,
    /**
     * Calls that failed with ETIMEDOUT at once, because handlers that do not return hold all places that their
     * container may have.
     */
    REFUSED_CALLS,
    /**
     * Delays that were left out since as many calls as may be were delayed, or since the agent could have no more
     * threads.
     */
    DELAYS_LEFT_OUT,
    /**
     * Calls that failed with EIO since the agent before this one had begun something for them and was killed, and
     * nobody knows how far that came: their worker is gone, or the caller asks for something else now. They are never
     * made again.
     */
    CALLS_LOST_BY_RESTART
}
