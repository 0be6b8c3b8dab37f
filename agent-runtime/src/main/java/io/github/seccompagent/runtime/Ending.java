package io.github.seccompagent.runtime;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps that have to be taken at the end. If one step throws, the others are taken all the same. */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

    private Ending() {}

    /** Takes each step once, in the given order. */
    static void runInOrder(Runnable... steps) {
        forEach(List.of(steps), Runnable::run);
    }

    /** Does one step with each thing. */
    static <T> void forEach(Collection<T> things, Consumer<? super T> step) {
        for (T thing : things) {
            try {
                step.accept(thing);
            } catch (Throwable e) { // whatever it is
                log(e);
            }
        }
    }

    private static void log(Throwable e) {
        try {
            LOG.warn("at the end: {}", e.toString());
        } catch (Throwable noMemory) {
            // it cannot be logged either
        }
    }
}
