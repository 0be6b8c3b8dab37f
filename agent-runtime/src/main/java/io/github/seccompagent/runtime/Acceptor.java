package io.github.seccompagent.runtime;

import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.Fd;
import io.github.seccompagent.linux.ListeningSocket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections as soon as they come, and does nothing else: the peer of one may be gone a millisecond later. */
final class Acceptor extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final long PAUSE_MILLIS = 100;

    private final ListeningSocket socket;
    private final Handshakes handshakes;

    Acceptor(ListeningSocket socket, Handshakes handshakes) {
        super("acceptor");
        setDaemon(true);
        this.socket = socket;
        this.handshakes = handshakes;
    }

    @Override
    public void run() {
        while (!socket.isClosed()) {
            try {
                Fd connection = socket.accept();
                handshakes.begin(connection);
            } catch (IOException | RuntimeException e) {
                if (!socket.isClosed()) {
                    // No descriptors left, most likely. The connection waits in the kernel until there are.
                    ERRORS.log("", () -> "cannot accept a connection: " + e.getMessage());
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
