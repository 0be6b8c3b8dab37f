package io.github.seccompagent.linux.fd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fixture.Texts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcLinesTest {
    @Test
    void ofALongLineTheBeginningIsGiven() {
        StringBuilder seen = new StringBuilder();
        ProcLines.read("x", Texts.source("abcdef\nab\n\nabcdefgh"), 4, 100, line -> {
            seen.append(line).append('|');
            return true;
        });
        assertThat(seen).hasToString("abcd|ab||abcd|");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99})
    void aFileThatIsTooLongIsEio(int most) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> ProcLines.read("x", new Texts.Endless("a\n"), 4, most, line -> true))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EIO);
    }
}
