package io.github.seccompagent.api;

import java.util.Objects;

/**
 * A system call failed. A handler throws this to fail the notified call from any depth: the runtime answers the call
 * with {@link Response.Failure}. It has no stack trace, because it is part of normal operation.
 */
public final class ErrnoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /**
     * Creates one.
     *
     * @param errno the errno that the caller gets
     * @param what what was tried, for the log: the call and its object. It must not contain secrets
     */
    public ErrnoException(Errno errno, String what) {
        super(what + ": " + errno, null, false, false);
        this.errno = errno;
    }

    /** What was tried, and the error number by its name. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** The error number. */
    public Errno errno() {
        return errno;
    }
}
