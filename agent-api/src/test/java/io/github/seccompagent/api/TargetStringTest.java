package io.github.seccompagent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetStringTest {

    @ParameterizedTest
    @ValueSource(strings = {"\0", "a\0", "\0a", "a\0b"})
    void aNulByteIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TargetString.of(text));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetString.of(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aLogShowsWhatIsNotPrintableAsHex() {
        TargetString string = TargetString.of(
                (byte) 'a', (byte) '\n', (byte) 0x1b, (byte) '\\', (byte) 0x7f, (byte) 0xff, (byte) ' ', (byte) '~');

        assertThat(string).hasToString("a\\x0a\\x1b\\x5c\\x7f\\xff ~");
    }

    @Test
    void theEmptyStringIsOne() {
        assertThat(TargetString.of(""))
                .hasToString("")
                .extracting(TargetString::length)
                .isEqualTo(0);
    }

    @Test
    void changingTheArrayThatItWasMadeOfDoesNotChangeIt() {
        byte[] bytes = {'a', 'b'};
        TargetString string = TargetString.of(bytes);
        bytes[0] = 'x';

        assertThat(string).isEqualTo(TargetString.of("ab"));
    }

    @Test
    void changingTheArrayThatItGaveDoesNotChangeIt() {
        TargetString string = TargetString.of("ab");
        string.bytes()[0] = 'x';

        assertThat(string).isEqualTo(TargetString.of("ab"));
    }

    @Test
    void equalBytesAreEqualStrings() {
        assertThat(TargetString.of("ab"))
                .isEqualTo(TargetString.of((byte) 'a', (byte) 'b'))
                .hasSameHashCodeAs(TargetString.of((byte) 'a', (byte) 'b'))
                .isNotEqualTo(TargetString.of("aB"))
                .isNotEqualTo(TargetString.of("abc"));
    }

    @Test
    void isComparesWithUtf8() {
        assertThat(TargetString.of((byte) 0xc3, (byte) 0xbc).is("ü")).isTrue();
        assertThat(TargetString.of((byte) 0xfc).is("ü")).isFalse();
        assertThat(TargetString.of("proc").is("pro")).isFalse();
    }
}
