package io.github.seccompagent.api;

/**
 * A system call that failed, or a handler's way to fail the notified call from any depth: the runtime turns it into
 * {@link Response.Failure}. It has no stack trace, since it is part of normal operation.
 */
public final class ErrnoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /**
     * @param errno what the caller gets
     * @param what what was tried, for a log: the call and what it was about, without anything secret
     */
    public ErrnoException(Errno errno, String what) {
        super(what + ": " + errno, null, false, false);
        this.errno = errno;
    }

    /** The error number. */
    public Errno errno() {
        return errno;
    }
}
