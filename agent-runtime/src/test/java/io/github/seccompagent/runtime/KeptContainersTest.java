package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.linux.fd.Fd;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who has how many places with the keeper. */
class KeptContainersTest {
    private static final int NOBODY = 1 << 22; // no process has this id or a higher one

    @AutoClose
    private final StandInKeeper keeper = new StandInKeeper();

    private final KeptContainers kept = new KeptContainers(keeper.next().socket(), 298, 64 << 20);

    private int store(String id) {
        return store(kept, id, "");
    }

    private int store(KeptContainers kept, String id, String metadata) {
        ContainerProcessState state = new ContainerProcessState(
                "1.1.0", NOBODY, metadata, new Container(id, "running", NOBODY, "/", Map.of()));
        StoredContainer container = new StoredContainer(ServedContainer.of(state, OptionalInt.empty()), false, 0);
        try (Fd listener = Fd.open("/dev/null", 0)) {
            return kept.store(listener.number(), container);
        } finally {
            keeper.names(); // it hears
        }
    }

    private int storeAll(String id) {
        int count = 0;
        while (store(id) != KeptContainers.NOT_KEPT) {
            count++;
        }
        return count;
    }

    @Test
    void aGreedyContainerLeavesRoomForOthers() {
        assertThat(storeAll("greedy")).isBetween(2, 10);
        for (int i = 0; i < 50; i++) {
            assertThat(store("modest-" + i)).isNotEqualTo(KeptContainers.NOT_KEPT);
        }
        assertThat(store("greedy")).isEqualTo(KeptContainers.NOT_KEPT);
    }

    @Test
    void noMoreThanTheKeeperHasRoomFor() {
        int count = 0;
        for (int i = 0; i < 150; i++) {
            count += store("c" + i) == KeptContainers.NOT_KEPT ? 0 : 1;
        }
        assertThat(count).isEqualTo(98);
    }

    @Test
    void aPlaceIsGivenBack() {
        int first = store("c");
        int all = 1 + storeAll("c");
        kept.remove(first);
        assertThat(storeAll("c")).isEqualTo(1);
        assertThat(all).isGreaterThan(1);
    }

    /** The states of containers are as large as their authors like. */
    @Test
    void noMoreBytesAreKeptThanMayBe() {
        KeptContainers little = new KeptContainers(keeper.next().socket(), 64 + 2 * 100, 100_000);
        String large = "x".repeat(10_000);
        assertThat(store(little, "greedy", large)).isNotEqualTo(KeptContainers.NOT_KEPT);
        assertThat(store(little, "greedy", large)).as("more than its share").isEqualTo(KeptContainers.NOT_KEPT);
        int last = KeptContainers.NOT_KEPT;
        int count = 0;
        for (int number = store(little, "c", large);
                number != KeptContainers.NOT_KEPT;
                number = store(little, "c" + count++, large)) {
            last = number;
        }
        assertThat(count).isBetween(6, 9);
        assertThat(store(little, "modest", "")).isNotEqualTo(KeptContainers.NOT_KEPT);
        little.remove(last);
        assertThat(store(little, "next", large)).isNotEqualTo(KeptContainers.NOT_KEPT);
    }

    @Test
    void whatWasKeptBeforeCounts() {
        for (int number = 1; number <= 10; number++) {
            kept.adopt(number, Optional.empty());
            kept.adopt(number, "c", 100);
        }
        assertThat(store("c")).isEqualTo(KeptContainers.NOT_KEPT);
        assertThat(store("d")).isNotEqualTo(KeptContainers.NOT_KEPT);
    }
}
