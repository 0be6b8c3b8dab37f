package io.github.seccompagent.runtime;

import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.peer.PeerAcceptor;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes over the connections at a socket. */
final class Acceptor extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final long PAUSE_MILLIS = 100;
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ServedSocket socket;
    private final PeerAcceptor acceptor;
    private final Handshakes handshakes;
    private final OptionalInt user;
    private final Pace pace;

    Acceptor(ServedSocket socket, Handshakes handshakes) {
        super(
                socket.user().isPresent()
                        ? "acceptor-" + Integer.toUnsignedString(socket.user().getAsInt())
                        : "acceptor");
        setDaemon(true);
        this.socket = socket;
        acceptor = socket.takeAcceptor();
        this.handshakes = handshakes;
        user = socket.user();
        pace = user.isPresent() ? Pace.ofUser() : Pace.unlimited();
    }

    @Override
    public void run() {
        try (acceptor) {
            takeOver();
        }
    }

    private void takeOver() {
        while (!socket.isClosed()) {
            try {
                pace.await();
                while (handshakes.isStuck(user)) {
                    pause();
                }
                while (handshakes.isBehind(user) && !socket.isClosed()) {
                    LockSupport.parkNanos(MOMENT_NANOS);
                }
                handOver(acceptor.next());
            } catch (IOException | RuntimeException e) {
                if (!socket.isClosed()) {
                    // Most likely no descriptor is left. The connection waits in the kernel until there is one.
                    ERRORS.log("", () -> "cannot accept a connection: " + e.getMessage());
                    pause();
                }
            }
        }
    }

    /** At any moment either its acceptor has it for the next agent, or the keeper, or it is refused. */
    private void handOver(PeerAcceptor.Accepted accepted) {
        Optional<Handshakes.Arrival> arrival;
        try {
            arrival = handshakes.keep(accepted, user);
        } catch (RuntimeException | Error e) { // for example no memory; it would be the next one for ever
            acceptor.take();
            handshakes.discard(accepted.connection(), user);
            throw e;
        }
        acceptor.take();
        arrival.ifPresent(handshakes::begin);
    }

    void begin() {
        try {
            start();
        } catch (RuntimeException | Error e) { // for example: no thread can be started
            acceptor.close();
            throw e;
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
