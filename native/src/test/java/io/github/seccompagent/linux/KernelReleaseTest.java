package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelReleaseTest {
    @ParameterizedTest
    @ValueSource(strings = {"4.18.0-553.el8_10.x86_64", "5.15.0-1", "6.1", "6.10.14-linuxkit"})
    void anOlderOneIsBefore(String release) {
        assertThat(new KernelRelease(release).isBefore(6, 11)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.11.0", "6.11", "6.12.0-55.el10", "7.0-rc1"})
    void anotherOneIsNot(String release) {
        assertThat(new KernelRelease(release).isBefore(6, 11)).isFalse();
    }
}
