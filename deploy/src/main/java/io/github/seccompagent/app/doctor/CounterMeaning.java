package io.github.seccompagent.app.doctor;

import java.util.Map;

/** What it means that a counter of the agent is not 0, and what to do then. */
record CounterMeaning(String why, String fix) {
    private static final String LOG = "read the log of the agent, which says for whom and why";
    private static final CounterMeaning UNKNOWN = new CounterMeaning("it counts something that went wrong", LOG);

    private static final Map<String, CounterMeaning> KNOWN = Map.ofEntries(
            Map.entry("refused_peers", inLog("a process without the rights of a runtime has connected")),
            Map.entry("bad_states", inLog("a connection brought no container process state with its listener")),
            Map.entry(
                    "listener_limit_hits",
                    new CounterMeaning(
                            "listeners were closed, and the notified calls of their processes fail with ENOSYS",
                            "raise --max-listeners, or find out who makes so many")),
            Map.entry(
                    "state_limit_hits",
                    new CounterMeaning(
                            "a runtime's state was too long, so its container did not start",
                            "raise --max-state-bytes, or find out whose annotations are so long")),
            Map.entry(
                    "not_kept",
                    new CounterMeaning(
                            "the calls of a container fail with ENOSYS if the agent ends",
                            "start the agent under a keeper, or raise --max-stored-bytes")),
            Map.entry("resolver_errors", inLog("a resolver failed, and all notified calls of its container fail")),
            Map.entry("resolver_timeouts", inLog("a resolver was late, and calls failed with EPERM meanwhile")),
            Map.entry("handler_errors", inLog("a handler threw, and its call failed with EIO")),
            Map.entry("handler_timeouts", inLog("a handler was late, and its call failed with ETIMEDOUT")),
            Map.entry("stuck_handlers", inLog("a handler does not return, and holds a place of its container")),
            Map.entry("refused_calls", inLog("handlers that do not return hold all places of a container")),
            Map.entry("send_errors", inLog("the kernel refused an answer")),
            Map.entry(
                    "on_behalf_errors", inLog("a call on behalf could not be made, and failed with EIO or ETIMEDOUT")),
            Map.entry("action_errors", inLog("a container could not be killed or frozen")),
            Map.entry(
                    "missing_capabilities",
                    new CounterMeaning(
                            "callers have capabilities that the agent lacks, so their calls are made without",
                            "give the agent the capabilities that its log names")),
            Map.entry(
                    "mount_limit_hits",
                    new CounterMeaning("mounts of a container failed with ENOSPC", "raise --max-mounts-per-container")),
            Map.entry("calls_lost_by_restart", inLog("calls failed with EIO because an agent ended")),
            Map.entry("hung_workers", inLog("a file system does not answer, and killed workers do not end")),
            Map.entry("delays_left_out", inLog("too many calls were delayed at a time, and further ones were not")),
            Map.entry(
                    "falco_events_dropped",
                    new CounterMeaning(
                            "Falco did not get these events", "find out why Falco's plugin takes none or is slow")));

    private static CounterMeaning inLog(String why) {
        return new CounterMeaning(why, LOG);
    }

    /** The meaning of a reason, which a newer agent may have and this does not know. */
    static CounterMeaning of(String reason) {
        return KNOWN.getOrDefault(reason, UNKNOWN);
    }
}
