package io.github.seccompagent.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.TargetString;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options name the descriptor that the kernel would take. */
class NewMountTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "fd=7, 7",
                "fd=0, 0",
                "fd=010, 8",
                "fd=0x1F, 31",
                "fd=+7, 7",
                "\"fd=3,rootmode=40000,fd=012\", 10",
                "fd=08, -1"
            })
    void theCallersDescriptor(String options, int descriptor) {
        NewMount mount = new NewMount("fuse", null, TargetString.of(options), 0, 0, List.of(), false, false);

        assertThat(mount.optionDescriptor().orElse(-1)).isEqualTo(descriptor);
    }
}
