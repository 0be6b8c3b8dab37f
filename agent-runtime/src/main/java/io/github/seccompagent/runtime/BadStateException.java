package io.github.seccompagent.runtime;

/** What a runtime sent is no container process state; the message says why. It can hold what the runtime wrote. */
final class BadStateException extends Exception {
    private static final long serialVersionUID = 1L;

    BadStateException(String message) {
        super(message);
    }
}
