package io.github.seccompagent.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * A container that the agent serves, and what it has done for it.
 *
 * @param id the container's id. A user or a runtime has chosen it
 * @param owner {@link io.github.seccompagent.api.HandlerRegistry#owner}; empty if unknown
 * @param state what the agent does with it
 * @param pid its first process, in the agent's pid namespace
 * @param user the user who handed it over; empty if an administrator did
 * @param since when this agent began to serve it
 * @param listeners how many of its listeners are served: one for its first process, and one for each process that a
 *     runtime has executed in it
 * @param calls how many of its calls this agent has answered
 * @param refused how many of these got an error although nobody had made them
 * @param slowest how long the slowest call took
 * @param slowestCall the name of that call; empty if there was none
 */
public record AttachedContainer(
        String id,
        String owner,
        ContainerState state,
        int pid,
        OptionalInt user,
        Instant since,
        int listeners,
        long calls,
        long refused,
        Duration slowest,
        String slowestCall) {

    /** One that has no answer of its resolver yet. */
    static AttachedContainer resolving(ServedContainer container) {
        return new AttachedContainer(
                container.id(),
                "",
                ContainerState.RESOLVING,
                container.firstProcess().id(),
                container.owner(),
                Instant.now(),
                1,
                0,
                0,
                Duration.ZERO,
                "");
    }

    static AttachedContainer served(ServedContainer container, String owner, ContainerState state, Tally tally) {
        return new AttachedContainer(
                container.id(),
                owner,
                state,
                container.firstProcess().id(),
                container.owner(),
                tally.since(),
                1,
                tally.calls(),
                tally.refused(),
                tally.slowest(),
                tally.slowestCall());
    }

    AttachedContainer withOneMoreListener() {
        return new AttachedContainer(
                id, owner, state, pid, user, since, listeners + 1, calls, refused, slowest, slowestCall);
    }
}
