package io.github.seccompagent.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * What a kubelet asks: {@code /healthz}, whether the agent is to be left running, and {@code /readyz}, whether it serves:
 * that is tried out. To restart an agent makes all calls of the containers that run fail, so that one which is only
 * slow is healthy.
 */
final class HealthHandler implements HttpHandler {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final BooleanSupplier alive;
    private final Readiness readiness;

    HealthHandler(BooleanSupplier alive, Readiness readiness) {
        this.alive = alive;
        this.readiness = readiness;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestURI().getPath()) {
            case "/healthz" ->
                answer(exchange, alive.getAsBoolean() ? OK : UNAVAILABLE, "nobody waits for notifications");
            case "/readyz" -> tryOut(exchange);
            default -> answer(exchange, NOT_FOUND, "there are /metrics, /healthz and /readyz");
        }
    }

    private void tryOut(HttpExchange exchange) throws IOException {
        try {
            String trouble = readiness.trouble();
            answer(exchange, trouble.isEmpty() ? OK : UNAVAILABLE, trouble);
        } catch (InterruptedException e) {
            answer(exchange, UNAVAILABLE, "the agent ends");
        }
    }

    private static void answer(HttpExchange exchange, int status, String trouble) throws IOException {
        byte[] text = ((status == OK ? "ok" : trouble) + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }
}
