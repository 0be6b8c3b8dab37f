package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.notify.Listener;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A descriptor that is no listener is refused and closed. */
class ListenerProbeTest {

    @Test
    void aPipeIsNoListener() {
        int[] ends = new int[2];
        assertThat(LibC.socketpair(1, 1, 0, ends)).isZero();
        try (Fd other = new Fd(ends[1])) {
            assertRefused(new Fd(ends[0]));

            // End of file: nobody holds the first end any more.
            assertThat(LibC.read(other.number(), new byte[1], 1)).isZero();
        }
    }

    @Test
    void aRegularFileIsNoListener(@TempDir Path folder) throws Exception {
        assertRefused(Fd.open(Files.createFile(folder.resolve("file")).toString(), 0));
    }

    @Test
    void anEpollIsNoListener() {
        assertRefused(new Fd(LibC.epoll_create1(02000000)));
    }

    @Test
    void aNumberThatIsNoDescriptorIsNoListener() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> Listener.of(new Fd(999_999)))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.ENOTTY);
    }

    private static boolean isClosed(Fd fd) {
        try {
            fd.number();
            return false;
        } catch (ErrnoException closed) {
            return true;
        }
    }

    private static void assertRefused(Fd fd) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> Listener.of(fd))
                .withMessageContaining("listener")
                .extracting(ErrnoException::errno)
                .isIn(Errno.ENOTTY, Errno.EINVAL);
        Processes.await("it is closed", () -> isClosed(fd));
    }
}
