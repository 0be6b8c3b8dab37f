package io.github.seccompagent.runtime;

/** Something that the loop waits for. */
interface EventSource {

    /** The descriptor that is watched. */
    int number();

    /** Who is charged for what is done when it is ready. */
    Account account();

    /**
     * Called by the loop thread that saw the events. May block: another thread then waits in its place. Can be called by
     * two threads at a time.
     *
     * @param events of epoll
     */
    void ready(int events, LoopThread thread);
}
