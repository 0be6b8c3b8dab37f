package io.github.seccompagent.linux.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.SeccompStatus;
import io.github.seccompagent.linux.process.ThreadStat;
import io.github.seccompagent.linux.syscall.NotifyFilter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstalledFilterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void theFilterIsTheOneThatWasInstalled() throws Exception {
        try (SmallContainer container = Shell.idle()) {
            Processes.await("it sleeps", () -> Processes.name(container.pid()).equals("busybox"));

            List<InstalledFilter> filters = InstalledFilter.of(KnownProcess.of(container.pid()), PATIENCE);

            assertThat(filters)
                    .containsExactly(new InstalledFilter(Instruction.listOf(NotifyFilter.of(List.of("mkdir"))), false));
            assertGoesOn(container.pid());
        }
    }

    @Test
    void aProcessWithoutFiltersHasNone() throws Exception {
        try (Stranger sleep = Stranger.start("sleep", "1000")) {
            assertThat(InstalledFilter.of(KnownProcess.of(sleep.pid()), PATIENCE))
                    .isEmpty();
            assertGoesOn(sleep.pid());
        }
    }

    /** A process that is stopped already stays so, and goes on when it is told to. */
    @Test
    void aStoppedProcessStaysStopped() throws Exception {
        try (Stranger sleep = Stranger.start("sleep", "1000")) {
            Processes.signal(sleep.pid(), "STOP");
            Processes.await("it is stopped", () -> stateOf(sleep.pid()) == 'T');

            assertThat(InstalledFilter.of(KnownProcess.of(sleep.pid()), PATIENCE))
                    .isEmpty();

            Processes.await("it is stopped again", () -> stateOf(sleep.pid()) == 'T');
            assertNotTraced(sleep.pid());
            Processes.signal(sleep.pid(), "CONT");
            assertGoesOn(sleep.pid());
        }
    }

    /** A thread that waits in vfork(2) for its child does not stop. It is left alone again. */
    @Test
    void aThreadThatDoesNotStopIsLeftAlone() throws Exception {
        int clone = Architecture.ofThisMachine() == Architecture.X86_64 ? 56 : 220;
        int flags = 0x4000 | 0x100 | 17; // CLONE_VFORK, CLONE_VM, SIGCHLD
        String program = "syscall(" + clone + ", " + flags + ", 0, 0, 0, 0); sleep 1000";
        try (Stranger vfork = Stranger.start("perl", "-e", program)) {
            // Before that it may wait for a disk.
            Processes.await("it waits for a child", () -> hasChild(vfork.pid()) && stateOf(vfork.pid()) == 'D');

            assertErrno(Errno.ETIMEDOUT, KnownProcess.of(vfork.pid()), Duration.ofMillis(50));

            assertNotTraced(vfork.pid());
        }
    }

    @Test
    void aProcessThatIsGoneIsNoOther() throws Exception {
        KnownProcess process;
        try (Stranger sleep = Stranger.start("sleep", "1000")) {
            process = KnownProcess.of(sleep.pid());

            assertErrno(Errno.ESRCH, new KnownProcess(process.id(), process.start() + 1), PATIENCE);

            assertGoesOn(sleep.pid());
        }
        Processes.await("it is gone", () -> !Processes.runs(process.id()));

        assertErrno(Errno.ESRCH, process, PATIENCE);
    }

    private static void assertErrno(Errno errno, KnownProcess process, Duration patience) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> InstalledFilter.of(process, patience))
                .extracting(ErrnoException::errno)
                .isEqualTo(errno);
    }

    private static void assertGoesOn(int pid) {
        Processes.await("it goes on", () -> stateOf(pid) == 'S');
        assertNotTraced(pid);
    }

    /** The kernel may notice the end of the tracer a moment later than Java. */
    private static void assertNotTraced(int pid) {
        Processes.await("it is not traced", () -> SeccompStatus.of(pid).tracer() == 0);
    }

    private static boolean hasChild(int pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .findAny()
                .isPresent();
    }

    private static char stateOf(int pid) {
        return ThreadStat.of(pid).state();
    }

    /** A process that is no child of this one. The JDK takes the stop of a child for its end. */
    private record Stranger(int pid) implements AutoCloseable {
        static Stranger start(String... command) throws IOException {
            List<String> words = new ArrayList<>(List.of("sh", "-c", "\"$@\" >/dev/null 2>&1 & echo $!", "sh"));
            words.addAll(List.of(command));
            Process shell = new ProcessBuilder(words).start();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8))) {
                int pid = Integer.parseInt(out.readLine());
                Processes.await("it runs", () -> Processes.name(pid).equals(command[0]));
                return new Stranger(pid);
            }
        }

        @Override
        public void close() {
            ProcessHandle.of(pid).ifPresent(process -> {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            });
        }
    }
}
