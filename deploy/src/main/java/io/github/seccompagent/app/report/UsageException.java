package io.github.seccompagent.app.report;

/** The user asked for something that is not possible. The message is one line that says what to do. */
public class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
