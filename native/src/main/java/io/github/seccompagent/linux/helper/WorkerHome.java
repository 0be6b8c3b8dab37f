package io.github.seccompagent.linux.helper;

/** The executor that a worker came from. Waits for nobody. */
interface WorkerHome {
    /** The worker is over, and nobody asks for what it has replied. */
    void release(long number);

    /** The worker was killed, but has not ended. The next agent learns for whom. {@link #release} comes later. */
    void leave(long number, long owner);
}
