package io.github.seccompagent.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NewerCallsTest {
    private static final int OPENAT2 = 437; // Linux 5.6
    private static final int NO_CALL = 999;

    @Test
    void theKernelIsAskedWhatItHas() {
        assertThat(NewerCalls.isKnown(OPENAT2)).isTrue();
        assertThat(NewerCalls.isKnown(NO_CALL)).isFalse();
    }

    @Test
    void olderCallsAreNeverMissing() {
        assertThat(NewerCalls.isMissing("openat2")).isFalse();
        assertThat(NewerCalls.isMissing("fchmodat")).isFalse();
    }
}
