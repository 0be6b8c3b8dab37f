package io.github.seccompagent.app.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guess is near, or there is none. */
class LikelyTest {
    private static final List<String> KNOWN =
            List.of("mkdir", "mkdirat", "mknod", "open", "openat", "read", "DEFAULT_ACTION", "SCMP_ACT_ALLOW");

    @ParameterizedTest
    @CsvSource({
        "mkdri, mkdir",
        "MKDIR, mkdir",
        "mkdirt, mkdir",
        "mkdiratt, mkdirat",
        "reed, read",
        "opn, open",
        "DEFAULT, DEFAULT_ACTION",
        "SCMP_ACT_ALOW, SCMP_ACT_ALLOW",
        "ALLOW, ''",
        "foo, ''",
        "x, ''",
        "'', ''"
    })
    void guess(String word, String likely) {
        assertThat(Likely.of(word, KNOWN)).isEqualTo(likely);
    }

    @ParameterizedTest
    @CsvSource({"ab, ba, 1", "abc, abc, 0", "abc, ac, 1", "kitten, sitting, 3", "'', ab, 2"})
    void distance(String from, String to, int letters) {
        assertThat(Likely.distance(from, to)).isEqualTo(letters);
        assertThat(Likely.distance(to, from)).isEqualTo(letters);
    }
}
