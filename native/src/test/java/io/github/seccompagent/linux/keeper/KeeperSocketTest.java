package io.github.seccompagent.linux.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many descriptors fit: as the keeper itself reckons, see KeeperLimitTest. */
class KeeperSocketTest {
    @ParameterizedTest
    @CsvSource({"200, 100", "1023, 511", "1024, 512", "4096, 3584", "16895, 16383", "1048576, 16384", "-1, 16384"})
    void theCapacityFollowsTheHardLimit(long limit, int capacity) {
        assertThat(KeeperSocket.capacity(limit)).isEqualTo(capacity);
    }
}
