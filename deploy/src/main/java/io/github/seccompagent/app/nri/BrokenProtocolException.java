package io.github.seccompagent.app.nri;

import java.io.IOException;

/** What came over the socket is not what NRI says there. The message is one line. */
final class BrokenProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    BrokenProtocolException(String message) {
        super(message);
    }
}
