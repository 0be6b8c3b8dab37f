package io.github.seccompagent.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.process.Processors;
import io.github.seccompagent.linux.process.ThreadStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A thread that waits for a worker on its processor. */
class AwaitHereTest {
    private static final int LONG_MILLIS = 60_000;

    @AutoClose
    private final SocketPair sockets = new SocketPair(SocketPair.SOCK_SEQPACKET);

    private final int all = Processors.online();
    private final AtomicInteger id = new AtomicInteger();

    @Test
    void staysOnOneProcessorUntilThereIsSomething() throws Exception {
        String everywhere = allowed(RawSyscalls.gettid());
        CompletableFuture<String> after = waiting(all);
        Processes.await("it waits on one processor", () -> id.get() != 0 && isOne(allowed(id.get())));

        send();
        assertThat(after.get()).isEqualTo(everywhere);
    }

    /** For example, an administrator has said so. */
    @Test
    void isNotHeldWhereItMayNotRunEverywhere() throws Exception {
        String everywhere = allowed(RawSyscalls.gettid());
        CompletableFuture<String> after = waiting(all + 1); // as if there was one more, where it may not run
        Processes.await("it waits", () -> id.get() != 0 && stateOf(id.get()) == 'S');

        assertThat(allowed(id.get())).isEqualTo(everywhere);
        send();
        assertThat(after.get()).isEqualTo(everywhere);
    }

    @Test
    void theEndOfTheTimeIsNoInput() {
        assertThat(Crossing.await_here(sockets.own().number(), 1, all)).isZero();
    }

    private CompletableFuture<String> waiting(int processors) {
        return CompletableFuture.supplyAsync(() -> {
            id.set(RawSyscalls.gettid());
            assertThat(Crossing.await_here(sockets.own().number(), LONG_MILLIS, processors))
                    .isEqualTo(1);
            return allowed(id.get());
        });
    }

    private static char stateOf(int thread) {
        return ThreadStat.of(thread).state();
    }

    private void send() {
        assertThat(LibC.write(sockets.other().number(), new byte[1], 1)).isEqualTo(1);
    }

    private static boolean isOne(String list) {
        return list.matches("[0-9]+");
    }

    private static String allowed(int thread) {
        try {
            return Files.readString(Path.of("/proc/self/task/" + thread + "/status"))
                    .replaceFirst("(?s).*Cpus_allowed_list:\\s*(\\S*).*", "$1");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
