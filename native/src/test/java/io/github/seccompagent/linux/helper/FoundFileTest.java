package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.TargetString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths, from what the kernel shows of a descriptor. */
class FoundFileTest {
    private static FoundFile file(String link, String name) {
        return new FoundFile(TargetString.of(link), TargetString.of(name), 1, 2, 0);
    }

    private static String path(String link, String name, String point) {
        return file(link, name).on(TargetString.of(point)).path().toString();
    }

    @ParameterizedTest
    @CsvSource({
        "/, '', /, /",
        "/, a, /, /a",
        "/a/b, '', /, /a/b",
        "/a/b, c, /, /a/b/c",
        "/a/b, c, /a, /a/b/c",
        "/a/b, c, /a/b, /a/b/c",
        "/a, b (deleted), /, /a/b (deleted)",
        "/a (deleted)/b, c, /, /a (deleted)/b/c",
        "/a, ..., /, /a/..."
    })
    void isKnown(String link, String name, String point, String path) {
        assertThat(path(link, name, point)).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', /",
        "'', a, /",
        "pipe:[1], '', /",
        "/a (deleted), '', /",
        "/a (deleted), b, /",
        "/a, ., /",
        "/a, .., /",
        "/ab, '', /a",
        "/a, '', /a/b",
        "/b/a, '', /a",
        "/a, '', ''",
        "/a, '', a"
    })
    void isUnknown(String link, String name, String point) {
        assertThat(file(link, name).on(TargetString.of(point)).isKnown()).isFalse();
    }

    @Test
    void noPathIsLongerThanTheKernelTakes() {
        assertThat(file("/" + "a".repeat(4092), "b")
                        .on(TargetString.of("/"))
                        .path()
                        .length())
                .isEqualTo(4095);
        assertThat(file("/" + "a".repeat(4092), "bc").on(TargetString.of("/")).isKnown())
                .isFalse();
    }

    @Test
    void bytesThatAreNoTextStay() {
        byte[] link = {'/', (byte) 0xff, (byte) 0xc3};
        byte[] name = {(byte) 0xfe};
        FoundFile file = new FoundFile(TargetString.of(link), TargetString.of(name), 1, 2, 0);

        assertThat(file.on(TargetString.of("/")).path())
                .isEqualTo(TargetString.of((byte) '/', (byte) 0xff, (byte) 0xc3, (byte) '/', (byte) 0xfe));
    }

    @Test
    void whatIsTheKernelsOwnHasNoPath() {
        assertThat(file("pipe:[1]", "").isNameless()).isTrue();
        assertThat(file("pipe:[1]", "a").isNameless()).isFalse();
        assertThat(file("/pipe:[1]", "").isNameless()).isFalse();
        assertThat(file("", "").isNameless()).isFalse();
    }
}
