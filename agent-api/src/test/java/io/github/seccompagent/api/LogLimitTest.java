package io.github.seccompagent.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = Long.MAX_VALUE - 10; // it may overflow
    private final List<String> logged = new ArrayList<>();
    private final List<Later> later = new ArrayList<>();
    private final LogLimit limit =
            new LogLimit(logged::add, () -> now, (nanos, action) -> later.add(new Later(now + nanos, action)));

    private record Later(long time, Runnable action) {}

    private void log(String account, String line) {
        limit.log(account, () -> line);
    }

    private void pass(long nanos) {
        now += nanos;
        List<Later> due = later.stream().filter(each -> now - each.time >= 0).toList();
        later.removeAll(due);
        due.forEach(each -> each.action.run());
    }

    @Test
    void aFewLinesAndHowManyWereLeftOut() {
        for (int i = 0; i < 10_000; i++) {
            log("a", "line " + i);
        }
        pass(SECOND);

        assertThat(logged).containsExactly("line 0", "line 1", "line 2", "line 2; 9997 such lines were left out");
        assertThat(later).isEmpty();
    }

    @Test
    void aFloodThatLastsHasALineFromTimeToTime() {
        for (int i = 0; i < 100_000; i++) {
            log("a", "line");
            pass(SECOND / 1000);
        }
        pass(2 * 60 * SECOND);

        assertThat(logged).hasSize(3 + 6 + 1);
        long told = logged.stream()
                .filter(line -> line.contains("left out"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*; (\\d+) such.*", "$1")))
                .sum();
        long plain = logged.stream().filter("line"::equals).count();
        assertThat(told).isBetween(100_000 - plain - 10, 100_000 - plain);
    }

    @Test
    void whoeverIsQuietAgainBeginsAnew() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10; i++) {
                log("a", "line");
            }
            pass(SECOND);
            pass(60 * SECOND);
        }
        assertThat(logged).hasSize(8).filteredOn("line"::equals).hasSize(6);
    }

    @Test
    void oneKeepsNoOthersAway() {
        for (int i = 0; i < 100; i++) {
            log("a", "of a");
        }
        log("b", "of b");

        assertThat(logged).containsExactly("of a", "of a", "of a", "of b");
    }

    @Test
    void aLineIsOneAndHasAnEnd() {
        log("a", "x\ny\r\u0085\u2028\u202e\u001b[0m");
        log("a", "z".repeat(1 << 20));

        assertThat(logged.get(0)).isEqualTo("x?y?????[0m");
        assertThat(logged.get(1)).hasSize(LogLimit.LONGEST + 3).endsWith("zzz...");
    }

    @Test
    void accountsAreForgottenButNotTheirLines() {
        int accounts = 10 * LogLimit.MAX_ACCOUNTS;
        for (int account = 0; account < accounts; account++) {
            for (int i = 0; i < 5; i++) {
                log("" + account, "line");
            }
        }
        long passed = logged.size();
        pass(60 * SECOND);

        assertThat(passed).isEqualTo(3L * accounts);
        assertThat(logged.stream()
                        .filter(line -> line.contains("left out"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll(".*; (\\d+) such.*", "$1")))
                        .sum())
                .isEqualTo(2L * accounts);
    }
}
