package io.github.seccompagent.linux.fd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.libc.LibC;
import org.junit.jupiter.api.Test;

class FdTest {
    private static final int F_GETFD = 1;
    private static final int FD_CLOEXEC = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;

    @Test
    void closingTwiceDoesNotCloseTheNextFileWithThatNumber() {
        Fd first = Fd.open("/dev/null", 0);
        int number = LibC.fcntl(first.number(), F_DUPFD_CLOEXEC, 500); // nothing else takes such a number
        Fd closedTwice = new Fd(number);
        closedTwice.close();
        try (Fd next = new Fd(LibC.fcntl(first.number(), F_DUPFD_CLOEXEC, 500))) {
            assertThat(next.number()).isEqualTo(number);

            closedTwice.close();

            assertThat(LibC.fcntl(number, F_GETFD, 0)).isEqualTo(FD_CLOEXEC);
        } finally {
            first.close();
        }
    }

    @Test
    void useAfterCloseIsEbadf() {
        Fd fd = Fd.open("/dev/null", 0);
        fd.close();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(fd::number)
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EBADF);
    }

    @Test
    void closeClosesTheDescriptor() {
        int[] ends = new int[2];
        assertThat(LibC.socketpair(1, 1, 0, ends)).isZero();
        try (Fd other = new Fd(ends[1])) {
            new Fd(ends[0]).close();

            assertThat(LibC.read(other.number(), new byte[1], 1)).isZero();
        }
    }

    @Test
    void whatWasReleasedStaysOpen() {
        Fd fd = Fd.open("/dev/null", 0);
        try (Fd owner = new Fd(fd.release())) {
            fd.close();

            assertThat(LibC.fcntl(owner.number(), F_GETFD, 0)).isNotNegative();
            assertThatExceptionOfType(ErrnoException.class).isThrownBy(fd::number);
        }
    }

    @Test
    void anErrorNamesTheFile() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> Fd.open("/nowhere/at/all", 0))
                .withMessage("open /nowhere/at/all: ENOENT");
    }
}
