package io.github.seccompagent.api;

/**
 * How a notified call ends for its caller, seccomp_unotify(2).
 *
 * <p>Use the factory methods; they keep handlers short.
 */
public sealed interface Response {

    /** The call returns {@code value}, and the kernel does not execute it. */
    record ReturnValue(long value) implements Response {}

    /** The call fails with {@code errno}, and the kernel does not execute it. */
    record Failure(Errno errno) implements Response {}

    /**
     * The kernel executes the call as the caller made it, with the caller's own privileges.
     *
     * <p>This is no way to allow a call after looking at memory that an argument points to: the caller can change that
     * memory before the kernel reads it again. It is right where the answer would be the same whatever is there.
     */
    record Continue() implements Response {
        private static final Continue INSTANCE = new Continue();
    }

    /**
     * The call returns a new descriptor of the caller's, a copy of {@code fd}.
     *
     * <p>The agent's own is closed before the caller goes on. So that never takes long, it must be of the handler's making,
     * and not a file that a container chose: to close one of those may take for ever. Where a signal ends the call at that
     * moment, the caller keeps a descriptor that it does not know of.
     *
     * @param fd a descriptor of the agent's process; the runtime closes it in any case
     * @param closeOnExec whether the new descriptor carries O_CLOEXEC
     */
    record AddFd(int fd, boolean closeOnExec) implements Response {}

    /** The call returns 0. */
    static Response success() {
        return returnValue(0);
    }

    /** The call returns {@code value}. A value from -4095 to -1 reaches the caller as an error, as with any syscall. */
    static Response returnValue(long value) {
        return new ReturnValue(value);
    }

    /** The call fails with {@code errno}. */
    static Response failure(Errno errno) {
        return new Failure(errno);
    }

    /** The kernel executes the call: {@link Continue} says when that is safe. */
    static Response proceed() {
        return Continue.INSTANCE;
    }
}
