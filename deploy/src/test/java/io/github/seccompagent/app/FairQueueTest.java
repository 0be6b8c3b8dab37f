package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final FairQueue<String, String> queue = new FairQueue<>(4, 6);

    private List<String> rest() throws InterruptedException {
        queue.close();
        List<String> taken = new ArrayList<>();
        for (Optional<String> next = queue.take(); next.isPresent(); next = queue.take()) {
            taken.add(next.get());
        }
        return taken;
    }

    private void fill(String owner, int count) {
        for (int i = 1; i <= count; i++) {
            queue.offer(owner, owner + i);
        }
    }

    @Test
    void ownersAreServedInTurns() throws Exception {
        fill("a", 3);
        fill("b", 1);
        fill("c", 2);

        assertThat(rest()).containsExactly("a1", "b1", "c1", "a2", "c2", "a3");
    }

    @Test
    void anOwnerHasSoManyPlacesAndNoMore() throws Exception {
        fill("a", 4);

        assertThat(queue.offer("a", "a5")).hasValue("a5");
        assertThat(queue.offer("b", "b1")).isEmpty();
        assertThat(rest()).containsExactly("a1", "b1", "a2", "a3", "a4");
    }

    @Test
    void whenItIsFullWhoHasMostMakesRoom() throws Exception {
        fill("a", 4);
        fill("b", 2);

        assertThat(queue.offer("c", "c1")).hasValue("a4");
        assertThat(queue.offer("c", "c2")).hasValue("a3");
        assertThat(queue.offer("c", "c3")).hasValue("c3"); // all owners have the same number
        assertThat(rest()).containsExactly("a1", "b1", "c1", "a2", "b2", "c2");
    }

    @Test
    void whoTakesWaitsForSomething() throws Exception {
        CompletableFuture<Optional<String>> taken = new CompletableFuture<>();
        Thread taker = new Thread(() -> {
            try {
                taken.complete(queue.take());
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        taker.start();
        queue.offer("a", "a1");

        assertThat(taken.get()).hasValue("a1");
        assertThat(rest()).isEmpty();
        assertThat(queue.offer("a", "a2")).hasValue("a2");
    }
}
