package io.github.seccompagent.linux.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fixture.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadFolderTest {
    private static final int O_PATH = 010000000;

    @Test
    void eachLookIsANewOne() throws Exception {
        Process shell = new ProcessBuilder("bash", "-c", "while read mask; do umask $mask; echo; done").start();
        try (ThreadFolder folder = ThreadFolder.of((int) shell.pid())) {
            for (String mask : List.of("021", "037")) {
                shell.outputWriter().write(mask + "\n");
                shell.outputWriter().flush();
                assertThat(shell.inputReader().readLine()).isEmpty();
                assertThat(folder.status().umask()).isEqualTo(Integer.parseInt(mask, 8));
            }
        } finally {
            shell.destroyForcibly();
        }
    }

    @Test
    void itIsSeenWhetherTheThreadRuns() throws Exception {
        Process sleeping = Processes.start("sleep", "sleep", "1000");
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try (ThreadFolder first = ThreadFolder.of((int) sleeping.pid());
                ThreadFolder second = ThreadFolder.of((int) busy.pid())) {
            assertThat(first.runs()).isFalse();
            assertThat(second.runs()).isTrue();
        } finally {
            sleeping.destroyForcibly();
            busy.destroyForcibly();
        }
    }

    /** The name of a program is between brackets, and may have some. */
    @Test
    void theNameSaysNothingOfTheState() throws Exception {
        Process named = Processes.start("a) R 1", "bash", "-c", "printf 'a) R 1' >/proc/self/comm; read -r line");
        try (ThreadFolder folder = ThreadFolder.of((int) named.pid())) {
            assertThat(Files.readString(Path.of("/proc/" + named.pid() + "/comm")))
                    .startsWith("a) R 1");
            assertThat(folder.runs()).isFalse();
        } finally {
            named.destroyForcibly();
        }
    }

    @Test
    void ofAThreadThatIsGoneThereIsNothing() throws Exception {
        Process process = Processes.start("sleep", "sleep", "1000");
        try (ThreadFolder folder = ThreadFolder.of((int) process.pid());
                ThreadFolder unread = ThreadFolder.of((int) process.pid())) {
            folder.status();
            folder.runs();
            process.destroyForcibly().waitFor();

            for (Executable look : List.<Executable>of(
                    folder::status,
                    folder::runs,
                    folder::userNamespace,
                    unread::status,
                    () -> folder.open("root", O_PATH))) {
                assertThatExceptionOfType(ErrnoException.class)
                        .isThrownBy(look::execute)
                        .extracting(ErrnoException::errno)
                        .isIn(Errno.ENOENT, Errno.ESRCH);
            }
        }
    }

    @Test
    void allThatItHasOpenIsClosed() throws Exception {
        Process process = Processes.start("sleep", "sleep", "1000");
        try (ThreadFolder folder = ThreadFolder.of((int) process.pid())) {
            folder.status();
            folder.runs();
            folder.cgroup();
            folder.namespaces();
            assertThat(openOf(process)).isEqualTo(5);
        } finally {
            process.destroyForcibly();
        }
        assertThat(openOf(process)).isZero();
    }

    /** The kernel keeps the text of an open file. */
    @Test
    void aLongStatusIsNotKeptOpen() throws Exception {
        String groups = IntStream.range(1000, 6000).mapToObj(String::valueOf).collect(Collectors.joining(","));
        Process process = Processes.start("sleep", "setpriv", "--groups", groups, "sleep", "1000");
        try (ThreadFolder folder = ThreadFolder.of((int) process.pid())) {
            for (int i = 0; i < 2; i++) {
                assertThat(folder.status().groups()).hasSize(5000);
                assertThat(openOf(process)).isEqualTo(1);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static long openOf(Process process) {
        return Processes.descriptors(ProcessHandle.current().pid()).stream()
                .filter(target -> target.matches("/proc/" + process.pid() + "(/.*)?"))
                .count();
    }

    @Test
    void aNameThatNoMountPointHasIsKnown() throws Exception {
        assertThat(mayBeMountPoints("/a/none-has-this", "b//")).isFalse();
        assertThat(mayBeMountPoints("", "/")).isFalse();
    }

    /** A file system need not tell capital letters. */
    @ParameterizedTest
    @ValueSource(strings = {"/proc", "proc", "/a/proc/", "a/Proc//", "a b", "a\\b", "\u00e4"})
    void aNameThatAMountPointMayHaveIsKnown(String path) throws Exception {
        assertThat(mayBeMountPoints(path, "none-has-this")).isTrue();
        assertThat(mayBeMountPoints("none-has-this", path)).isTrue();
    }

    /** Some types know a file by several names. */
    @ParameterizedTest
    @CsvSource({"tmpfs, false", "ramfs, true"})
    void noNameIsKnownBesideAMountOfAnUnknownType(String type, boolean mayBe) throws Exception {
        Process process = Processes.start(
                "sleep", "unshare", "--mount", "sh", "-c", "mount -t " + type + " none /mnt && exec sleep 1000");
        try (ThreadFolder folder = ThreadFolder.of((int) process.pid())) {
            assertThat(folder.mayHaveMountPoint("none-has-this".getBytes(UTF_8), new byte[0]))
                    .isEqualTo(mayBe);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void ofAThreadThatIsGoneNothingIsKnown() throws Exception {
        Process gone = Processes.start("sleep", "sleep", "1000");
        try (ThreadFolder folder = ThreadFolder.of((int) gone.pid())) {
            gone.destroyForcibly().waitFor();
            assertThat(folder.mayHaveMountPoint("none-has-this".getBytes(UTF_8), new byte[0]))
                    .isTrue();
        }
    }

    private static boolean mayBeMountPoints(String path, String path2) {
        try (ThreadFolder folder = ThreadFolder.of((int) ProcessHandle.current().pid())) {
            return folder.mayHaveMountPoint(path.getBytes(UTF_8), path2.getBytes(UTF_8));
        }
    }
}
