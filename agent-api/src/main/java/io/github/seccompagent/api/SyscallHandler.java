package io.github.seccompagent.api;

/**
 * Decides how one notified call ends. Called by several threads at a time, and may block: only the calls of the thread
 * that waits for this answer are delayed, up to the agent's handler timeout, after which the caller gets ETIMEDOUT and
 * the handling thread is interrupted.
 */
@FunctionalInterface
public interface SyscallHandler {

    /**
     * Handles {@code call}, which is not to be used after this method has returned.
     *
     * @return how the call ends
     * @throws ErrnoException to fail the call with that errno
     * @throws Exception anything else is logged, and the call fails with EIO
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
