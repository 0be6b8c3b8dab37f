package io.github.seccompagent.app.nri;

/** A container may not be created as it was asked for. The message is one line, and says why. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message);
    }
}
