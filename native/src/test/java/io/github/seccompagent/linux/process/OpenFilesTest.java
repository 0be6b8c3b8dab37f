package io.github.seccompagent.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ThreadInterrupt;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which descriptors can be used by fchmod(2) and similar calls. */
class OpenFilesTest {
    private static final int O_PATH = 010000000;

    private final int thread = ThreadInterrupt.currentThreadId();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3}) // O_RDONLY, O_WRONLY, O_RDWR, and 3, which allows only ioctl(2)
    void whateverItIsOpenFor(int mode) {
        try (Fd file = Fd.open("/dev/null", mode)) {
            OpenFiles.requireUsable(thread, file.number());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/null", "/", "/proc/self/exe"})
    void aMerePlaceIsNone(String path) {
        try (Fd place = Fd.open(path, O_PATH)) {
            assertBad(place.number());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 999_999, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void noneAtAll(int number) {
        assertBad(number);
    }

    private void assertBad(int number) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> OpenFiles.requireUsable(thread, number))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EBADF);
    }

    /** The fdinfo of an epoll has a line for each of its files. */
    @Test
    void ofAnEpollNotAllFilesAreRead() throws IOException {
        List<Fd> files = new ArrayList<>();
        try (Fd epoll = new Fd(LibC.epoll_create1(0))) {
            NativeBuffer event = new NativeBuffer(16).putInt(0, 1);
            for (int i = 0; i < 400; i++) {
                Fd file = new Fd(LibC.eventfd(0, 0));
                files.add(file);
                assertThat(LibC.epoll_ctl(epoll.number(), 1, file.number(), event.address()))
                        .isZero();
            }
            OpenFiles.requireUsable(thread, epoll.number()); // does everything that is done only once
            long before = charactersRead();

            OpenFiles.requireUsable(thread, epoll.number());

            assertThat(charactersRead() - before).isLessThan(8192);
        } finally {
            files.forEach(Fd::close);
        }
    }

    private long charactersRead() throws IOException {
        String io = Files.readAllLines(Path.of("/proc/" + thread + "/io")).get(0);
        return Long.parseLong(io.substring("rchar: ".length()));
    }
}
