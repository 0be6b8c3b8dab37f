package io.github.seccompagent.api;

/**
 * How a notified call ends for its caller. See seccomp_unotify(2).
 *
 * <p>Use the factory methods, because they keep handlers short. There is none for {@link AddFd}.
 */
public sealed interface Response {

    /** The call returns {@code value}. The kernel does not execute it. */
    record ReturnValue(long value) implements Response {}

    /** The call fails with {@code errno}. The kernel does not execute it. */
    record Failure(Errno errno) implements Response {}

    /**
     * The kernel executes the call as the caller made it, with the caller's own privileges.
     *
     * <p>Do not use this to allow a call after a look at memory that an argument points to. The caller can change that
     * memory before the kernel reads it again. It is safe only if the answer does not depend on that memory.
     */
    record Continue() implements Response {
        private static final Continue INSTANCE = new Continue();
    }

    /**
     * The call returns a new descriptor in the caller's process, a copy of {@code fd}.
     *
     * <p>The runtime closes the agent's own {@code fd} before the caller goes on. The handler must have opened a file
     * of its own choice, not one that a container chose: a container's file system can delay that close for ever.
     *
     * <p>If a signal ends the call just when the descriptor is added, the caller keeps a descriptor that it does not
     * know about.
     *
     * @param fd a descriptor of the agent's process. The runtime closes it in every case, also if the answer fails
     * @param closeOnExec whether the new descriptor has O_CLOEXEC
     */
    record AddFd(int fd, boolean closeOnExec) implements Response {}

    /** The call returns 0. */
    static Response success() {
        return returnValue(0);
    }

    /** The call returns {@code value}. As with any syscall, the caller sees a value from -4095 to -1 as an error. */
    static Response returnValue(long value) {
        return new ReturnValue(value);
    }

    /** The call fails with {@code errno}. */
    static Response failure(Errno errno) {
        return new Failure(errno);
    }

    /** The kernel executes the call. {@link Continue} says when that is safe. */
    static Response proceed() {
        return Continue.INSTANCE;
    }
}
