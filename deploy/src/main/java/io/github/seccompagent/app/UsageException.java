package io.github.seccompagent.app;

/** The user asked for something that is not possible. The message is one line that says what to do. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
