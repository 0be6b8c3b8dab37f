package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Alone;
import org.junit.jupiter.api.Test;

/** A short storm. deploy/storm has longer ones. */
@Alone
class StormIT {
    private static final int SECONDS = 20;

    @Test
    void noContainerSeesIt() {
        Verdict verdict = Storm.run(SECONDS, System.nanoTime() % 100_000);
        assertThat(verdict.failed()).as(verdict.table()).isEmpty();
    }
}
