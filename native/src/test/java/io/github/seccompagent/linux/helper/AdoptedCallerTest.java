package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fixture.DescriptorLimit;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.mount.NewMount;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.process.ThreadFolder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is opened of a caller. The caller is a process with one descriptor besides its input and output: a folder, as
 * number 5.
 */
class AdoptedCallerTest {
    private static final int THREAD = 1; // from Linux 6.9 on
    private static final int MOUNT_NAMESPACE = 1 << 1;
    private static final int USER_NAMESPACE = 1 << 6;
    private static final int PID_NAMESPACE = 1 << 7;
    private static final int ROOT = 1 << 8;
    private static final int DIRECTORY = 1 << 9;

    private final Process process;

    AdoptedCallerTest() throws Exception {
        process = Processes.start("sleep", "sh", "-c", "cd /usr; exec 5</proc/self; exec sleep 1000");
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void anAbsolutePathNeedsNoDirectory() {
        try (AdoptedCaller caller = open(TargetPath.AT_FDCWD, "/a", false)) {
            assertThat(caller.forRequest(request(relative())).descriptors()).isEqualTo(THREAD | ROOT);
            assertThat(files(caller)).hasSize(2).last().isEqualTo("/");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {77, -1, -101, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void anAbsolutePathNeedsNoDirectoryWhateverItIs(int directory) {
        try (AdoptedCaller caller = open(directory, "/a", false)) {
            assertThat(caller.forRequest(request(relative())).descriptors()).isEqualTo(THREAD | ROOT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", ".", ""})
    void aRelativePathStartsFromTheWorkingDirectory(String path) {
        try (AdoptedCaller caller = open(TargetPath.AT_FDCWD, path, false)) {
            assertThat(caller.forRequest(request(relative())).descriptors()).isEqualTo(THREAD | ROOT | DIRECTORY);
            assertThat(files(caller)).hasSize(3).last().isEqualTo("/usr");
        }
    }

    @Test
    void aRelativePathStartsFromTheDirectoryThatWasGiven() {
        try (AdoptedCaller caller = open(5, "a", false)) {
            assertThat(files(caller)).last().isEqualTo("/proc/" + process.pid());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {77, -1, -101, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aDirectoryThatTheCallerDoesNotHaveIsEbadf(int directory) {
        List<String> before = Processes.specialDescriptors();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> open(directory, "a", false).close())
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EBADF);
        assertThat(Processes.newDescriptors(before)).isEmpty();
    }

    @Test
    void thePidNamespaceIsOpenedWhereItIsAskedFor() {
        try (AdoptedCaller caller = open(TargetPath.AT_FDCWD, "/a", true)) {
            assertThat(caller.forRequest(request(relative())).descriptors())
                    .isEqualTo(THREAD | MOUNT_NAMESPACE | PID_NAMESPACE | ROOT | DIRECTORY);
            assertThat(files(caller).get(2)).startsWith("pid:");
        }
    }

    @Test
    void theUserNamespaceIsOpenedWhereItIsNotTheAgents() throws Exception {
        Process other = Processes.start("sleep", "unshare", "--user", "sleep", "1000");
        int pid = (int) other.pid();
        TargetPath path = new TargetPath(TargetPath.AT_FDCWD, TargetString.of("/a"));
        try (AdoptedCaller caller = Adopted.open(pid, mount(path))) {
            assertThat(caller.forRequest(request(relative())).descriptors())
                    .isEqualTo(THREAD | MOUNT_NAMESPACE | USER_NAMESPACE | PID_NAMESPACE | ROOT | DIRECTORY);
            assertThat(files(caller).get(2)).startsWith("user:");
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aCallerThatIsGoneIsAnErrorAndNothingStaysOpen() throws Exception {
        process.destroyForcibly().waitFor();
        List<String> before = Processes.specialDescriptors();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() ->
                        Adopted.open((int) process.pid(), request(relative())).close())
                .extracting(ErrnoException::errno)
                .isIn(Errno.ENOENT, Errno.ESRCH);
        assertThat(Processes.newDescriptors(before)).isEmpty();
    }

    @Test
    void closeClosesAll() {
        List<String> before = Processes.specialDescriptors();
        AdoptedCaller caller = open(TargetPath.AT_FDCWD, "a", true);
        int[] numbers = caller.numbers(request(relative()));

        caller.close();

        assertThat(numbers).hasSize(5);
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> caller.numbers(request(relative())));
        assertThat(Processes.newDescriptors(before)).isEmpty();
    }

    private static HelperRequest request(TargetPath path) {
        return new HelperRequest.Mkdir(path, 0777);
    }

    /** Without a descriptor that shows the container's end no worker stays. The call is made all the same. */
    @Test
    void noWorkerStaysIfThereAreNoDescriptorsLeft() throws Exception {
        try (SmallContainer container = Shell.idle();
                Listener listener = Listener.of(container.takeListener());
                ThreadFolder folder = ThreadFolder.of((int) process.pid());
                AdoptedCaller caller = AdoptedCaller.open(folder, folder.status(), true, request(relative()))
                        .waitingAt(listener)) {
            new Epoll().close(); // to load a class takes a descriptor
            int[] before = caller.numbers(request(relative()));
            DescriptorLimit.with(3, () -> {
                caller.letWorkerStay();
                return caller;
            });
            assertThat(caller.forRequest(request(relative())).place()).isEmpty();
            assertThat(caller.numbers(request(relative()))).containsExactly(before);

            caller.letWorkerStay();
            assertThat(caller.forRequest(request(relative())).place()).isPresent();
            assertThat(caller.numbers(request(relative()))).hasSize(before.length + 1);
        }
    }

    private static HelperRequest mount(TargetPath target) {
        return new HelperRequest.Mount(new NewMount("proc", null, null, 0, 0, List.of(), false, false), target);
    }

    private static TargetPath relative() {
        return new TargetPath(TargetPath.AT_FDCWD, TargetString.of("a"));
    }

    private AdoptedCaller open(int directory, String path, boolean withPidNamespace) {
        int pid = (int) process.pid();
        TargetPath target = new TargetPath(directory, TargetString.of(path));
        return Adopted.open(pid, withPidNamespace ? mount(target) : request(target));
    }

    private static List<String> files(AdoptedCaller caller) {
        return Arrays.stream(caller.numbers(request(relative())))
                .mapToObj(number -> ProcFile.readLink("/proc/self/fd/" + number))
                .toList();
    }
}
