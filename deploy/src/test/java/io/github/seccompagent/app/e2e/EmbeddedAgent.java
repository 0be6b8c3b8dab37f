package io.github.seccompagent.app.e2e;

import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.runtime.SeccompAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** An agent in the test's own process, as in a program that embeds it, with the same handlers for every container. */
final class EmbeddedAgent implements AutoCloseable {
    private final TempFolder folder = TempFolder.create();
    private final SeccompAgent agent;

    private EmbeddedAgent(SeccompAgent.Builder builder, HandlerRegistry registry) throws IOException {
        agent = builder.socket(socket())
                .resolver(container -> registry)
                .shutdownGrace(Duration.ofMillis(200))
                .start();
    }

    static EmbeddedAgent with(UnaryOperator<HandlerRegistry.Builder> handlers) {
        return with(SeccompAgent.builder(), handlers);
    }

    static EmbeddedAgent with(SeccompAgent.Builder builder, UnaryOperator<HandlerRegistry.Builder> handlers) {
        try {
            return new EmbeddedAgent(
                    builder, handlers.apply(HandlerRegistry.builder()).build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path socket() {
        return folder.resolve("agent.socket");
    }

    int callsInFlight() {
        return agent.callsInFlight();
    }

    @Override
    public void close() {
        agent.close();
        folder.close();
    }
}
