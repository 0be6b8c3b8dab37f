package io.github.seccompagent.app.nri;

import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.app.nri.wire.Container;
import io.github.seccompagent.app.nri.wire.PodSandbox;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds containers whose pods ask for grants that they do not have: runtimes create a container as if there was no
 * plugin if the plugin is away or late. For use by one thread.
 */
final class Unhonoured {
    private static final Logger LOG = LoggerFactory.getLogger(Unhonoured.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

    /** A container that starts may wait for the agent to read what its runtime says about it. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();

    private static final int MOST = 10_000; // a node has some hundreds of containers

    private final Supplier<Set<String>> served;
    private final NriObserver observer;
    private final Map<String, Suspect> suspects = new LinkedHashMap<>(); // in the order of their times
    private final Set<String> found = new HashSet<>();

    private record Suspect(String words, long due) {}

    /** @param served the ids of the containers whose calls the agent handles */
    Unhonoured(Supplier<Set<String>> served, NriObserver observer) {
        this.served = served;
        this.observer = observer;
    }

    /** A container runs. If nobody serves it in a moment, it is told. */
    void runs(PodSandbox pod, Container container) {
        if (Asked.isAsking(pod, container.getName()) && suspects.size() < MOST) {
            String words = "container " + container.getName() + " of pod " + pod.getNamespace() + "/" + pod.getName();
            suspects.putIfAbsent(container.getId(), new Suspect(words, System.nanoTime() + PATIENCE_NANOS));
        }
    }

    /** A container ends. */
    void ends(String id) {
        suspects.remove(id);
        if (found.remove(id)) {
            observer.unhonouredNow(found.size());
        }
    }

    /** Only these containers are there. */
    void onlyThese(Set<String> ids) {
        suspects.keySet().retainAll(ids);
        if (found.retainAll(ids)) {
            observer.unhonouredNow(found.size());
        }
    }

    /** Looks at those whose time has come. */
    void look() {
        long now = System.nanoTime();
        if (suspects.values().stream().noneMatch(suspect -> suspect.due() - now <= 0)) {
            return;
        }
        Set<String> known = served.get();
        suspects.entrySet().removeIf(suspect -> {
            boolean isDue = suspect.getValue().due() - now <= 0;
            if (isDue && !known.contains(suspect.getKey()) && found.add(suspect.getKey())) {
                tell(suspect.getValue().words());
            }
            return isDue;
        });
    }

    private void tell(String words) {
        WARNINGS.log(
                "",
                () -> words + " runs without the grants that its annotation " + Asked.ANNOTATION
                        + " asks for: the agent was away or late when it was created, or nobody kept it when the agent"
                        + " ended. Delete the pod, so that it is created again");
        observer.unhonoured();
        observer.unhonouredNow(found.size());
    }

    /** How long nothing is due. */
    Duration rest() {
        return suspects.isEmpty() ? Duration.ofHours(1) : Duration.ofMillis(500);
    }
}
