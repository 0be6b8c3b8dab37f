package io.github.seccompagent.runtime;

import org.jspecify.annotations.Nullable;

/** Who watches the calls, if anybody does. Safe for use by several threads. */
final class Watch {
    private volatile @Nullable CallObserver observer;

    /** Null if nobody watches. */
    @Nullable CallObserver observer() {
        return observer;
    }

    void set(@Nullable CallObserver watching) {
        observer = watching;
    }
}
