package io.github.seccompagent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetPathSuffixTest {

    @ParameterizedTest
    @CsvSource({
        "/abc,         /abc-x",
        "abc,          abc-x",
        "a/b/c,        a/b/c-x",
        "/abc/,        /abc-x/",
        "/abc///,      /abc-x///",
        "//abc,        //abc-x",
        "./abc,        ./abc-x",
        "../abc,       ../abc-x",
        "/a/../b,      /a/../b-x",
        "...,          ...-x",
        ".a,           .a-x",
        "a.,           a.-x",
        "/a b,         /a b-x",
    })
    void theSuffixGoesBehindTheLastComponent(String path, String expected) {
        assertThat(withSuffix(path, "-x")).isEqualTo(TargetString.of(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "///", ".", "..", "./", "../", "/.", "/..", "a/.", "a/..", "a/../", "a/.//"})
    void aPathThatCannotNameANewEntryStaysAsItIs(String path) {
        assertThat(withSuffix(path, "-x")).isEqualTo(TargetString.of(path));
    }

    @Test
    void bytesThatAreNotUtf8AreKept() {
        TargetPath path = path(TargetString.of((byte) '/', (byte) 0xff, (byte) 0xfe, (byte) 0x80, (byte) '/'));

        assertThat(path.withSuffix("-x").name().bytes()).containsExactly('/', 0xff, 0xfe, 0x80, '-', 'x', '/');
    }

    @Test
    void theSuffixIsWrittenAsUtf8() {
        assertThat(withSuffix("/a", "-ü").bytes()).isEqualTo("/a-ü".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theDirectoryStaysTheSame() {
        assertThat(new TargetPath(7, TargetString.of("a")).withSuffix("-x"))
                .isEqualTo(new TargetPath(7, TargetString.of("a-x")));
    }

    @Test
    void aSuffixWithANulIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> withSuffix("/a", "x\0y"));
    }

    private static TargetString withSuffix(String path, String suffix) {
        return path(TargetString.of(path)).withSuffix(suffix).name();
    }

    private static TargetPath path(TargetString name) {
        return new TargetPath(TargetPath.AT_FDCWD, name);
    }
}
