package io.github.seccompagent.runtime;

/**
 * Somebody who watches the calls of all containers. The threads that handle the calls call it, several at a time, and
 * the callers wait meanwhile. So no method may wait or do longer work.
 */
public interface CallObserver {
    /** What an observer wants to know of a call, the least first. */
    enum Interest {
        /** Nothing. */
        NONE,
        /** Who made which call, its answer, and how long it took. */
        FIGURES,
        /** The program and the arguments too. The program costs a look into /proc. */
        DETAILS
    }

    /**
     * What it wants to know of a call that has just come.
     *
     * @param container the container's id
     * @param owner {@link io.github.seccompagent.api.HandlerRegistry#owner}
     */
    Interest interestIn(String container, String owner, String syscall, String family);

    /** A call that it is interested in was answered, or went away. */
    void saw(SeenCall call);
}
