package io.github.seccompagent.runtime;

/** Something that the loop waits for. */
interface EventSource {

    /** The descriptor that is watched. */
    int number();

    /** Who is charged for what is done when it is ready. */
    Account account();

    /** Whether what is ready probably takes longer than it takes to wake another thread for it. */
    default boolean expectsWork() {
        return false;
    }

    /**
     * Called by the leader before another thread is given what is ready: until that has received it, it must not be waited
     * for. Must not block.
     */
    default void suspend() {}

    /**
     * Called by the loop thread that saw the events. May block: another thread then waits in its place. Can be called by
     * two threads at a time.
     *
     * @param events of epoll
     */
    void ready(int events, LoopThread thread);
}
