package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    private long now = Long.MAX_VALUE - 10; // it may overflow
    private final LogLimit limit = new LogLimit(() -> now);
    private final List<String> logged = new ArrayList<>();

    private void log(String line) {
        limit.log(ending -> logged.add(line + ending));
    }

    @Test
    void aLineASecondAndHowManyAreLeftOut() {
        log("a");
        now += 1_000_000;
        log("b");
        log("c");
        now += 999_000_000;
        log("d");
        now += 1_000_000_000;
        log("e");

        assertThat(logged).containsExactly("a", "d; 2 such lines were left out", "e");
    }
}
