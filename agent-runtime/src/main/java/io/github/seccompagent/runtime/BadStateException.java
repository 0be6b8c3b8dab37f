package io.github.seccompagent.runtime;

import java.util.Objects;

/** What a runtime sent is not a container process state. The message says why, and may quote what the runtime wrote. */
final class BadStateException extends Exception {
    private static final long serialVersionUID = 1L;

    BadStateException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
