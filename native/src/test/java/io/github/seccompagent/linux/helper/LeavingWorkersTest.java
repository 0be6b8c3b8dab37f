package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.libc.LibC;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeavingWorkersTest {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 02000000;

    private final LeavingWorkers leaving = new LeavingWorkers();
    private final AtomicInteger gone = new AtomicInteger();

    @AfterEach
    void close() {
        leaving.close();
    }

    private static Process start() throws IOException {
        return new ProcessBuilder("sleep", "1000").start();
    }

    private void add(Process process) {
        addWithSocket(process).close();
    }

    /** Returns the worker's end of its socket. */
    private Fd addWithSocket(Process process) {
        int[] pair = new int[2];
        assertThat(LibC.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
                .isZero();
        leaving.add(RawSyscalls.pidfdOfProcess((int) process.pid()), new Fd(pair[0]), gone::incrementAndGet);
        return new Fd(pair[1]);
    }

    private void awaitNone() {
        long end = System.nanoTime() + 10_000_000_000L;
        while (leaving.sweep() > 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void thoseThatAreGoneAreForgotten() throws Exception {
        Process stays = start();
        try {
            for (int i = 0; i < 20; i++) {
                Process goes = start();
                add(goes);
                goes.destroyForcibly().waitFor();
            }
            add(stays);
            assertThat(leaving.size()).isEqualTo(21);

            assertThat(leaving.sweep()).isEqualTo(1);

            assertThat(leaving.isEmpty()).isFalse();
        } finally {
            stays.destroyForcibly();
        }
        awaitNone();
    }

    /** A worker's child that hangs has the worker's socket. */
    @Test
    void aWorkerIsThereUntilItsChildrenHaveEnded() throws Exception {
        Process worker = start();
        Fd childs = addWithSocket(worker);
        worker.destroyForcibly().waitFor();

        assertThat(leaving.sweep()).isEqualTo(1);
        assertThat(gone).hasValue(0);

        childs.close();
        awaitNone();
        assertThat(gone).hasValue(1);
    }

    /** The worker's call was answered, but the worker counts until it has ended. */
    @Test
    void aWorkerIsThereUntilItHasEnded() {
        try (Executor executor = Executor.start(1)) {
            executor.take().close(leaving);

            assertThat(leaving.size()).isEqualTo(1);
            awaitNone();
        }
    }

    @Test
    void whatIsClosedKeepsNone() throws IOException {
        leaving.close();
        Process process = start();
        add(process);
        process.destroyForcibly();

        assertThat(leaving.isEmpty()).isTrue();
    }
}
