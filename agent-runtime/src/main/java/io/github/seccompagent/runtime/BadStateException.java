package io.github.seccompagent.runtime;

/** What a runtime sent is no container process state; the message says why, fit for a log and never long. */
final class BadStateException extends Exception {
    private static final long serialVersionUID = 1L;

    BadStateException(String message) {
        super(LogText.of(message));
    }
}
