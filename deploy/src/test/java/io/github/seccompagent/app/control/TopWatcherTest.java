package io.github.seccompagent.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.runtime.SeenCall;
import io.github.seccompagent.runtime.SeenCall.AnsweredBy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which calls top has room for, when there are very many. */
class TopWatcherTest {
    private final TopWatcher top = new TopWatcher(1000);

    private void saw(String account, String container, String call, int times) {
        SeenCall seen = new SeenCall(
                Instant.EPOCH,
                container,
                account,
                "",
                7,
                "",
                call,
                call,
                List.of(),
                Response.success(),
                AnsweredBy.KERNEL,
                "",
                true,
                Duration.ofNanos(1000));
        for (int i = 0; i < times; i++) {
            top.saw(seen);
        }
    }

    private long rowsOf(String container) {
        return top.rates().rows().stream()
                .filter(row -> row.container().equals(container))
                .count();
    }

    private void makeNoise(String account) {
        IntStream.range(0, 2 * TopCells.MOST).forEach(i -> saw(account, account, "syscall_" + i, 3));
    }

    @Test
    void oneContainerHasABoundedNumberOfCells() {
        makeNoise("noisy");

        assertThat(rowsOf("noisy")).isEqualTo(TopCells.MOST_OF_ONE);
        assertThat(top.rates().others()).isEqualTo(3L * (2 * TopCells.MOST - TopCells.MOST_OF_ONE));
    }

    @Test
    void quietContainersHaveRowsWhateverOthersDo() {
        IntStream.range(0, 20).forEach(i -> makeNoise("noisy" + i));
        IntStream.range(0, 20).forEach(i -> {
            saw("quiet" + i, "quiet" + i, "mkdir", 1);
            saw("quiet" + i, "quiet" + i, "chmod", 1);
        });

        Rates rates = top.rates();
        assertThat(rates.rows()).hasSizeLessThanOrEqualTo(TopWatcher.MAX_ROWS);
        IntStream.range(0, 20)
                .forEach(i -> assertThat(rowsOf("quiet" + i)).as("quiet" + i).isEqualTo(2));
        assertThat(rates.rows().stream().mapToLong(Rates.Row::calls).sum() + rates.others())
                .as("no call is missing")
                .isEqualTo(20L * 3 * 2 * TopCells.MOST + 40);
        assertThat(rates.rows())
                .extracting(Rates.Row::calls)
                .isSortedAccordingTo((one, other) -> Long.compare(other, one));
    }

    /** A user can start any number of containers. */
    @Test
    void allContainersOfAUserAreOneAccount() {
        IntStream.range(0, 5 * TopCells.MOST).forEach(i -> saw("user 1000", "c" + i, "mkdir", 3));

        saw("quiet", "quiet", "mkdir", 1);

        assertThat(rowsOf("quiet")).isEqualTo(1);
        assertThat(top.rates().rows()).hasSize(TopCells.MOST_OF_ONE + 1);
    }

    @Test
    void theNumberOfCellsIsBoundedInAll() {
        IntStream.range(0, 5 * TopCells.MOST).forEach(i -> saw("c" + i, "c" + i, "mkdir", 1));

        assertThat(top.rates().others()).isEqualTo(5L * TopCells.MOST - TopWatcher.MAX_ROWS);
    }
}
