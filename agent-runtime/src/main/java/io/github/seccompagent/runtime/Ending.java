package io.github.seccompagent.runtime;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be done at the end, whatever becomes of the rest: a step that throws keeps none of the others from being taken. */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

    private Ending() {}

    /** Takes all steps, in their order, each once. */
    static void runInOrder(Runnable... steps) {
        forEach(List.of(steps), Runnable::run);
    }

    /** Does something with each. */
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
            // then nobody learns of it
        }
    }
}
