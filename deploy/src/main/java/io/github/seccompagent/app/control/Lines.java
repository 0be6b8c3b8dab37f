package io.github.seccompagent.app.control;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lines for a client. A client that does not read them stops the thread that writes, and nobody else. */
final class Lines {
    private final OutputStream out;

    Lines(OutputStream out) {
        this.out = new BufferedOutputStream(out, 16 * 1024);
    }

    /** Adds a line. It may wait until {@link #flush}. */
    void add(Object value) throws IOException {
        out.write(Protocol.line(value));
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Sends a line at once. */
    void send(Object value) throws IOException {
        add(value);
        flush();
    }
}
