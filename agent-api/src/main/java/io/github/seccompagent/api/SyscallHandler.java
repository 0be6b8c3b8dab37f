package io.github.seccompagent.api;

/**
 * Decides how a notified call ends.
 *
 * <p>Called by several threads at a time. A handler may block: only the thread that waits for its answer is delayed.
 * After the agent's handler timeout, the caller gets ETIMEDOUT and the handling thread is interrupted.
 */
@FunctionalInterface
public interface SyscallHandler {

    /**
     * Handles {@code call}. Do not use {@code call} after this method has returned.
     *
     * @return how the call ends
     * @throws ErrnoException to fail the call with that errno
     * @throws Exception any other exception fails the call with EIO, and is logged
     */
    Response handle(NotifiedCall call) throws Exception;

    /** A handler that fails every call with {@code errno}. */
    static SyscallHandler fail(Errno errno) {
        Response failure = Response.failure(errno);
        return call -> failure;
    }

    /** A handler that lets the kernel execute every call, with the caller's own privileges. */
    static SyscallHandler proceed() {
        return call -> Response.proceed();
    }
}
