package io.github.seccompagent.linux.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.libc.LibC;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that give the caller a descriptor. */
class AddFdTest {
    private static final String[] OPEN = {"open", "openat"};
    private static final String PATH = "/from-agent";

    @Test
    void theCallerReadsWhatTheAgentWrote() throws Exception {
        try (SmallContainer container = Shell.run("read line < /from-agent && test \"$line\" = hello", OPEN)) {
            int status = Shell.serve(
                    container, Shell.answerFor(PATH, n -> new Response.AddFd(memfd("read", "hello\n"), false)));

            assertThat(status).isZero();
            assertThat(Processes.descriptors()).noneMatch(target -> target.contains("read-by-test"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeOnExecIsAsTheResponseSays(boolean closeOnExec) throws Exception {
        try (SmallContainer container = Shell.start(List.of("/bin/busybox", "tail", "-f", PATH), OPEN);
                Listener listener = Listener.of(container.takeListener())) {
            NotificationBuffers buffers = new NotificationBuffers();
            Shell.Answer answer = Shell.answerFor(PATH, n -> new Response.AddFd(memfd("flags", ""), closeOnExec));
            Response response = Response.proceed();
            while (response.equals(Response.proceed())) {
                Notification notification = listener.receive(buffers).orElseThrow();
                response = answer.to(notification);
                assertThat(listener.send(buffers, notification.id(), response)).isTrue();
            }

            assertThat(isCloseOnExec(container.pid(), "flags-by-test")).isEqualTo(closeOnExec);
        }
    }

    @Test
    void aCallerWhoseTableIsFullIsToldSo() throws Exception {
        String script = "(ulimit -n 3; exec /bin/busybox cat /from-agent) 2>/err; grep -q 'Too many open' /err";
        try (SmallContainer container = Shell.run(script, OPEN)) {
            int status =
                    Shell.serve(container, Shell.answerFor(PATH, n -> new Response.AddFd(memfd("full", ""), false)));

            assertThat(status).isZero();
            assertThat(Processes.descriptors()).noneMatch(target -> target.contains("full-by-test"));
        }
    }

    @Test
    void theDescriptorIsClosedAlsoWhenTheCallIsGone() throws Exception {
        try (SmallContainer container = Shell.run(": < /from-agent", OPEN);
                Listener listener = Listener.of(container.takeListener())) {
            NotificationBuffers buffers = new NotificationBuffers();
            long id = listener.receive(buffers).orElseThrow().id();
            Processes.signal(container.pid(), "KILL");
            Processes.await("the call is gone", () -> !listener.isValid(buffers, id));

            assertThat(listener.send(buffers, id, new Response.AddFd(memfd("gone", ""), false)))
                    .isFalse();
            assertThat(Processes.descriptors()).noneMatch(target -> target.contains("gone-by-test"));
        }
    }

    @Test
    void aNumberThatIsNoDescriptorIsAnErrorAndTheCallStillWaits() throws Exception {
        try (SmallContainer container = Shell.run(": < /from-agent", OPEN);
                Listener listener = Listener.of(container.takeListener())) {
            NotificationBuffers buffers = new NotificationBuffers();
            long id = listener.receive(buffers).orElseThrow().id();

            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> listener.send(buffers, id, new Response.AddFd(999_999, false)))
                    .extracting(ErrnoException::errno)
                    .isEqualTo(Errno.EBADF);
            assertThat(listener.send(buffers, id, Response.success())).isTrue();
            assertThat(container.await()).isZero();
        }
    }

    private static int memfd(String name, String content) {
        int fd = LibC.memfd_create(LibC.string(name + "-by-test"), 0);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        assertThat(LibC.write(fd, bytes, bytes.length)).isEqualTo(bytes.length);
        try (Fd own = new Fd(fd)) { // another open file description, whose offset is 0
            return Fd.open("/proc/self/fd/" + own.number(), 0).release();
        }
    }

    private static boolean isCloseOnExec(int pid, String name) throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            Path fd =
                    fds.filter(link -> target(link).contains(name)).findFirst().orElseThrow();
            List<String> info = Files.readAllLines(Path.of("/proc/" + pid + "/fdinfo/" + fd.getFileName()));
            String flags = info.stream()
                    .filter(line -> line.startsWith("flags:"))
                    .findFirst()
                    .orElseThrow();
            return (Integer.parseInt(flags.substring(6).strip(), 8) & 02000000) != 0;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
