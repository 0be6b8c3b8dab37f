package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.SyscallHandler;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that another keeper may still take everything back from waits until it is told to go on. */
class HandOverTest {
    private static final long A_WHILE_MILLIS = 300;

    @TempDir
    private Path folder;

    @AutoClose
    private final StandInKeeper keeper = new StandInKeeper();

    private final HeldHandlers handlers = new HeldHandlers();

    private Path socket() {
        return folder.resolve("agent.socket");
    }

    private SeccompAgent.Builder builder(SyscallHandler handler) {
        return Agents.builder(handler).socket(socket());
    }

    /** Starts an agent that waits, and returns when it has said that it is ready. */
    private CompletableFuture<SeccompAgent> startWaiting() {
        SeccompAgent.Builder builder = builder(handlers.succeeds).keeper(keeper.nextThatWaits());
        CompletableFuture<SeccompAgent> started = CompletableFuture.supplyAsync(() -> {
            try {
                return builder.start();
            } catch (IOException e) {
                throw new AssertionError(e.getMessage(), e);
            }
        });
        await().until(() -> keeper.isReady() || started.isDone());
        return started;
    }

    /** Connects and says something that is no state, so that whoever accepts it ends the connection. */
    private SocketChannel connect() throws IOException {
        SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
        connection.connect(UnixDomainSocketAddress.of(socket()));
        connection.write(ByteBuffer.wrap("[]".getBytes(StandardCharsets.US_ASCII)));
        connection.configureBlocking(false);
        return connection;
    }

    private static boolean hasEnded(SocketChannel connection) {
        try {
            return connection.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void nothingIsReceivedOrAcceptedBefore() throws Exception {
        SeccompAgent first = builder(handlers.neverEnds).keeper(keeper.next()).start();
        try (Script received = Script.start(first, "a", "mkdir /a")) {
            handlers.begun.await();
            try (Script waiting = Script.start(first, "b", "touch /made; until [ -e /go ]; do :; done; mkdir /b")) {
                await().until(() -> Files.exists(Path.of("/proc/" + waiting.pid() + "/root/made")));
                keeper.sayPark();
                first.park();
                CompletableFuture<SeccompAgent> second = startWaiting();
                Files.createFile(Path.of("/proc/" + waiting.pid() + "/root/go"));
                try (SocketChannel connection = connect()) {
                    Thread.sleep(A_WHILE_MILLIS);
                    assertThat(handlers.calls)
                            .as("calls, also the one that was left")
                            .hasValue(0);
                    assertThat(hasEnded(connection)).isFalse();
                    assertThat(second).isNotDone();

                    keeper.sayGo();

                    assertThat(received.await()).isZero();
                    assertThat(waiting.await()).isZero();
                    assertThat(handlers.calls).hasValue(2);
                    await().until(() -> hasEnded(connection));
                }
                second.get().close();
            }
        }
    }

    /** The keeper that gave lives, and its next agent goes on with the same socket, listeners and calls. */
    @Test
    void ifTheKeeperEndsBeforeEverythingStaysAsItIs() throws Exception {
        SeccompAgent first = builder(handlers.neverEnds).keeper(keeper.next()).start();
        try (Script received = Script.start(first, "a", "mkdir /a")) {
            handlers.begun.await();
            first.park();
            Object file = Files.getAttribute(socket(), "unix:ino");
            CompletableFuture<SeccompAgent> second = startWaiting();

            keeper.goAway();

            assertThat(second)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("waiting for the keeper");
            assertThat(Files.getAttribute(socket(), "unix:ino")).isEqualTo(file);
            try (SocketChannel connection = connect();
                    SeccompAgent third =
                            builder(handlers.succeeds).keeper(keeper.next()).start()) {
                assertThat(received.await()).isZero();
                assertThat(handlers.calls).hasValue(1);
                await().until(() -> hasEnded(connection));
                assertThat(third.activeListeners()).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void anAgentThatCannotStartIsNotReady() throws Exception {
        SeccompAgent.Builder builder = Agents.builder(handlers.succeeds)
                .socket(folder.resolve("missing/agent.socket"))
                .keeper(keeper.nextThatWaits());

        assertThatIOException().isThrownBy(builder::start);
        assertThat(keeper.isReady()).isFalse();
    }
}
