package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitPathTest {

    @ParameterizedTest
    @CsvSource({
        "abc,       '',     abc",
        "abc/,      '',     abc/",
        "abc//,     '',     abc//",
        "/abc,      /,      abc",
        "/abc/,     /,      abc/",
        "//abc,     //,     abc",
        "a/b,       a/,     b",
        "/a/b/c/,   /a/b/,  c/",
        "a//b,      a//,    b",
        "/,         /,      .",
        "///,       /,      .",
        ".,         '',     .",
        "..,        '',     ..",
        "a/..,      a/,     ..",
        "./,        '',     ./",
    })
    void thePathIsCutBeforeItsLastComponent(String path, String parent, String last) {
        SplitPath split = SplitPath.of(TargetString.of(path));

        assertThat(split.parent()).isEqualTo(LibC.string(parent));
        assertThat(split.last()).isEqualTo(LibC.string(last));
    }

    @Test
    void bytesThatAreNotTextAreKept() {
        SplitPath split = SplitPath.of(TargetString.of((byte) 0xff, (byte) '/', (byte) 0xfe));

        assertThat(split.parent()).containsExactly(0xff, '/', 0);
        assertThat(split.last()).containsExactly(0xfe, 0);
    }

    @Test
    void theEmptyPathIsEnoent() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> SplitPath.of(TargetString.of("")))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.ENOENT);
    }
}
