package io.github.seccompagent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrnoTest {

    /** From asm-generic/errno-base.h and errno.h. */
    @ParameterizedTest
    @CsvSource({
        "EPERM, 1",
        "ENOENT, 2",
        "EINTR, 4",
        "EAGAIN, 11",
        "EACCES, 13",
        "EFAULT, 14",
        "ENOTBLK, 15",
        "EXDEV, 18",
        "EINVAL, 22",
        "ETXTBSY, 26",
        "ERANGE, 34",
        "EDEADLK, 35",
        "ENAMETOOLONG, 36",
        "ENOSYS, 38",
        "ELOOP, 40",
        "ENOMSG, 42",
        "EL2HLT, 51",
        "EBFONT, 59",
        "EBADMSG, 74",
        "EOPNOTSUPP, 95",
        "ECONNREFUSED, 111",
        "EDQUOT, 122",
        "EHWPOISON, 133",
        "ENOTSUPP, 524",
    })
    void hasTheNumberOfErrnoH(Errno errno, int number) {
        assertThat(errno.number()).isEqualTo(number);
    }

    @ParameterizedTest
    @EnumSource
    void isFoundByItsNumber(Errno errno) {
        assertThat(Errno.of(errno.number())).isSameAs(errno);
    }

    /** 41 and 58 are gaps in errno.h; 512 and up are the kernel's own. */
    @ParameterizedTest
    @ValueSource(ints = {0, -1, -22, 41, 58, 134, 512, 523, 525, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aNumberThatIsNoneIsRefused(int number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Errno.of(number))
                .withMessageContaining(Integer.toString(number));
    }

    @Test
    void thereIsOneForEachNumberUpTo133ButTheGaps() {
        assertThat(Errno.values()).hasSize(133 - 2 + 1);
    }

    @Test
    void anExceptionNamesWhatWasTriedAndTheErrno() {
        ErrnoException e = new ErrnoException(Errno.ENOENT, "open /x");

        assertThat(e).hasMessage("open /x: ENOENT");
        assertThat(e.errno()).isEqualTo(Errno.ENOENT);
        assertThat(e.getStackTrace()).isEmpty();
    }
}
