package io.github.seccompagent.runtime;

import io.github.seccompagent.api.LogLimit;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has listeners kept that could not be kept when they came: memory, descriptors or room with the keeper were lacking.
 * For use by one thread.
 */
final class KeptLater {
    private static final Logger LOG = LoggerFactory.getLogger(KeptLater.class);
    private static final LogLimit NEWS = new LogLimit(LOG::info);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int MOST_FAILURES = 8; // each may wait for a keeper that is stopped

    private final boolean isKeeping;
    private final Predicate<ServedListener> keep;
    private long next = System.nanoTime();

    /**
     * None is tried yet.
     *
     * @param isKeeping whether there is a keeper
     * @param keep tries it with one; false if that fails
     */
    KeptLater(boolean isKeeping, Predicate<ServedListener> keep) {
        this.isKeeping = isKeeping;
        this.keep = keep;
    }

    /** Tries it from time to time, once for each account that has no room. */
    void look(Supplier<Collection<ServedListener>> served, long now) {
        if (!isKeeping || now - next < 0) {
            return;
        }
        next = now + PAUSE_NANOS;
        Set<String> failed = new HashSet<>();
        for (ServedListener listener : served.get()) {
            String account = listener.container().account();
            if (listener.kept() == KeptContainers.NOT_KEPT && !failed.contains(account) && !tryKeep(listener)) {
                failed.add(account);
            }
            if (failed.size() == MOST_FAILURES) {
                return;
            }
        }
    }

    private boolean tryKeep(ServedListener listener) {
        boolean isKept = keep.test(listener);
        if (isKept) {
            NEWS.log(listener.container().account(), () -> listener + ": is kept now");
        }
        return isKept;
    }
}
