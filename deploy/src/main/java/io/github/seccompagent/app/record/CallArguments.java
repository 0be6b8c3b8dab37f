package io.github.seccompagent.app.record;

/** The arguments of one call, while it waits. */
interface CallArguments {
    /** Whether it still waits. Only then is what was read of its thread before that of the thread that made it. */
    boolean isWaiting();

    /** The value of a register. */
    long register(int index);

    /**
     * The eight bytes that a register points to, as a number.
     *
     * @throws io.github.seccompagent.api.ErrnoException if they cannot be read
     */
    long pointed(int index);
}
