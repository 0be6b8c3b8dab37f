package io.github.seccompagent.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetPathLogTest {

    @Test
    void aPathThatStartsFromTheWorkingDirectoryIsItsName() {
        assertThat(new TargetPath(TargetPath.AT_FDCWD, TargetString.of("a\nb"))).hasToString("a\\x0ab");
    }

    @Test
    void anotherDirectoryIsShownInFrontOfIt() {
        assertThat(new TargetPath(5, TargetString.of("a"))).hasToString("5:a");
    }
}
