package io.github.seccompagent.app;

import io.github.seccompagent.app.http.HttpAnswer;
import io.github.seccompagent.app.http.HttpHandler;
import java.util.function.BooleanSupplier;

/**
 * What a kubelet asks. {@code /healthz} is whether the agent is to be left running, and {@code /readyz} is whether it serves:
 * that is tried out. To restart an agent makes all calls of the containers that run fail, so that one which is only slow is
 * healthy.
 */
final class HealthHandler {
    private final BooleanSupplier alive;
    private final Readiness readiness;

    /** @param alive tells at once */
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
