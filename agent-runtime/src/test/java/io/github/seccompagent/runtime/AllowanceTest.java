package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class AllowanceTest {
    @Test
    void soManyAtOnceAndThenAsTimeGoesBy() {
        Allowance allowance = new Allowance(3, 1);
        int taken = 0;
        while (allowance.take()) {
            taken++;
        }
        assertThat(taken).isBetween(3, 4);
        assertThat(allowance.take()).isFalse();

        await().until(allowance::take);
    }
}
