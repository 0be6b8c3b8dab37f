package io.github.seccompagent.app;

import io.github.seccompagent.app.http.HttpAnswer;
import io.github.seccompagent.app.http.HttpHandler;
import java.util.function.BooleanSupplier;

/**
 * Answers a kubelet. {@code /healthz} says whether the agent may go on running. {@code /readyz} says whether it serves,
 * and tries that out. An agent that is only slow is healthy, because a restart makes all notified calls of the running
 * containers fail.
 */
final class HealthHandler {
    private final BooleanSupplier alive;
    private final Readiness readiness;

    /** @param alive returns at once */
    HealthHandler(BooleanSupplier alive, Readiness readiness) {
        this.alive = alive;
        this.readiness = readiness;
    }

    void healthz(HttpHandler.Reply reply) {
        answer(reply, alive.getAsBoolean() ? "" : "nobody waits for notifications");
    }

    void readyz(HttpHandler.Reply reply) {
        readiness.ask(trouble -> answer(reply, trouble));
    }

    private static void answer(HttpHandler.Reply reply, String trouble) {
        reply.send(
                trouble.isEmpty()
                        ? HttpAnswer.text(HttpAnswer.OK, "ok")
                        : HttpAnswer.text(HttpAnswer.UNAVAILABLE, trouble));
    }
}
