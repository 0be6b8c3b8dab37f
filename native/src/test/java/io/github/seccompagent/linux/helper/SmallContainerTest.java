package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.helper.SmallContainer.Command;
import io.github.seccompagent.linux.helper.SmallContainer.LaunchException;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import io.github.seccompagent.linux.process.ThreadStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallContainerTest {

    @AfterEach
    void nothingIsLeft() {
        assertThat(Processes.helpers("run")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 7, 7", "kill -9 $$; exit 3, 3", "exec nonsense, 127", "exec /etc, 126"})
    void theStatusOfTheCommandIsAsAShellSaysIt(String script, int status) throws Exception {
        try (SmallContainer container = Shell.run("exec 2>/dev/null; " + script, "mkdir")) {
            assertThat(container.await()).isEqualTo(status);
        }
    }

    @Test
    void aCommandThatASignalEndsHas128MoreThanIt() throws Exception {
        try (SmallContainer container = Shell.idle()) {
            Processes.signal(container.pid(), "KILL");

            assertThat(container.await()).isEqualTo(128 + 9);
        }
    }

    @Test
    void theCommandIsProcess1OfItsOwnNamespacesWithoutTheAdministratorsCapabilities() throws Exception {
        try (SmallContainer container = Shell.idle()) {
            Processes.await(
                    "the command runs", () -> Processes.name(container.pid()).equals("busybox"));

            ThreadStatus status = ThreadStatus.of(container.pid());
            assertThat(status.threadIds()).last().isEqualTo(1);
            assertThat(status.effectiveCapabilities() & Capability.CAP_SYS_ADMIN.bit())
                    .isZero();
            assertThat(status.effectiveCapabilities() & Capability.CAP_CHOWN.bit())
                    .isNotZero();
            for (String namespace : List.of("mnt", "pid", "uts", "ipc")) {
                assertThat(ProcFile.readLink("/proc/" + container.pid() + "/ns/" + namespace))
                        .as(namespace)
                        .isNotEqualTo(ProcFile.readLink("/proc/self/ns/" + namespace));
            }
        }
    }

    @Test
    void whatTheCommandWritesIsThrownAway() throws Exception {
        try (SmallContainer container = Shell.run("echo x > /written && test -s /written", "mkdir")) {
            assertThat(container.await()).isZero();
        }
        assertThat(Files.exists(Path.of("/written"))).isFalse();
    }

    @Test
    void environmentHostNameFolderAndArgumentsAreThoseAskedFor() throws Exception {
        String script = "test \"$A\" = 'b c' && test $(/bin/busybox hostname) = host-1 && test $(pwd) = /usr"
                + " && test \"$0/$1/$2\" = 'zero//two' && test $# = 2";
        Command command = new Command(
                "",
                "host-1",
                "/usr",
                List.of("/bin/busybox", "sh", "-c", script, "zero", "", "two"),
                Map.of("A", "b c", "PATH", "/bin"),
                List.of("mkdir"));
        try (SmallContainer container = SmallContainer.start(command)) {
            assertThat(container.await()).isZero();
        }
    }

    @Test
    void aFolderBecomesTheRoot(@TempDir Path rootfs) throws Exception {
        Files.createDirectories(rootfs.resolve("bin"));
        Files.createDirectories(rootfs.resolve("dev"));
        Files.copy(Path.of("/bin/busybox"), rootfs.resolve("bin/busybox"));
        Command command = new Command(
                rootfs.toString(),
                "small",
                "/",
                List.of("/bin/busybox", "sh", "-c", "test ! -e /usr && echo x > /written"),
                Map.of(),
                List.of("mkdir"));
        try (SmallContainer container = SmallContainer.start(command)) {
            assertThat(container.await()).isZero();
        }
        assertThat(rootfs.resolve("written")).hasContent("x\n");
    }

    @Test
    void aRootThatDoesNotExistIsAnErrorInOneLine() {
        Command command = new Command("/no/where", "small", "/", List.of("true"), Map.of(), List.of("mkdir"));

        assertThatExceptionOfType(LaunchException.class)
                .isThrownBy(() -> SmallContainer.start(command))
                .withMessage("/no/where: No such file or directory");
    }

    @Test
    void aCallThatDoesNotExistIsAnError() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> Shell.run("exit 0", "mkdri"))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EINVAL);
    }

    @Test
    void argumentsThatAreTooLongAreAnError() {
        List<String> arguments =
                IntStream.range(0, 300).mapToObj(i -> "x".repeat(1000)).toList();

        assertThatExceptionOfType(LaunchException.class)
                .isThrownBy(() -> Shell.start(arguments, "mkdir"))
                .withMessageContaining("too long");
    }

    @Test
    void closeKillsACommandThatRuns() throws Exception {
        List<String> before = Processes.specialDescriptors();
        int pid;
        try (SmallContainer container = Shell.idle()) {
            pid = container.pid();
            assertThat(Processes.runs(pid)).isTrue();
        }
        assertThat(Processes.runs(pid)).isFalse();
        assertThat(Processes.newDescriptors(before)).isEmpty();
    }

    @Test
    void closeKillsACommandWhoseCallWaits() throws Exception {
        SmallContainer container = Shell.run("mkdir /abc", "mkdir", "mkdirat");
        try (Listener listener = Listener.of(container.takeListener())) {
            assertThat(listener.receive(new NotificationBuffers())).isPresent();

            container.close();

            assertThat(Processes.runs(container.pid())).isFalse();
        }
    }
}
