package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.github.seccompagent.api.HandlerRegistry;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An agent with a part that cannot be made. */
class HalfMadeAgentTest {
    private static final Duration NO_NANOSECONDS = Duration.ofSeconds(Long.MAX_VALUE);

    @Test
    void nothingOfItStaysOpen() throws IOException {
        failToStart(); // opens what a process opens only once
        long before = descriptorsOfLoops();

        failToStart();

        assertThat(descriptorsOfLoops()).isLessThanOrEqualTo(before); // those of earlier tests may be closed meanwhile
    }

    private static void failToStart() {
        SeccompAgent.Builder builder = SeccompAgent.builder()
                .resolver(container -> HandlerRegistry.builder().build())
                .handlerTimeout(NO_NANOSECONDS);
        assertThatIOException().isThrownBy(builder::start);
    }

    private static long descriptorsOfLoops() throws IOException {
        return Descriptors.all().stream()
                .filter(target -> target.startsWith("anon_inode:[event"))
                .count();
    }
}
