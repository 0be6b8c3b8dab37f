package io.github.seccompagent.runtime;

/** Something that the loop waits for. */
interface EventSource {

    /** The descriptor that is watched. */
    int number();

    /** The account that is charged for the work on its events. */
    Account account();

    /** Whether its event probably takes longer than waking another thread for it. */
    default boolean expectsWork() {
        return false;
    }

    /** Whether it receives before anything else that may take long. A thread's late answer goes out with that. */
    default boolean receivesFirst() {
        return false;
    }

    /**
     * The leader calls this before it gives the event to another thread. The loop must not wait for this source until
     * that thread has received the event. Must not block.
     */
    default void suspend() {}

    /**
     * The loop thread that handles the events calls this. It may block, because another thread then waits in its place.
     * Two threads may call it at a time.
     *
     * @param events the events of epoll
     */
    void ready(int events, LoopThread thread);
}
