package io.github.seccompagent.app.control;

import io.github.seccompagent.runtime.AttachedContainer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A container as a line of ps. */
record ContainerLine(
        String type,
        String id,
        String pod,
        String state,
        int pid,
        @Nullable Integer user,
        String since,
        int listeners,
        long calls,
        long refused,
        String slowestCall,
        long slowestNanos) {

    static ContainerLine of(AttachedContainer container) {
        return new ContainerLine(
                Protocol.CONTAINER,
                container.id(),
                Owner.pod(container.owner()),
                container.state().name().toLowerCase(Locale.ROOT),
                container.pid(),
                container.user().isPresent() ? container.user().getAsInt() : null,
                container.since().toString(),
                container.listeners(),
                container.calls(),
                container.refused(),
                container.slowestCall(),
                container.slowest().toNanos());
    }
}
