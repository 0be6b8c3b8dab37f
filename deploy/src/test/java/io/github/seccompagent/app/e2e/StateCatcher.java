package io.github.seccompagent.app.e2e;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Listens in the place of an agent, and takes what runtimes send. */
final class StateCatcher implements AutoCloseable {
    private final Path path;
    private final AFUNIXServerSocket server;

    private StateCatcher(Path path, AFUNIXServerSocket server) {
        this.path = path;
        this.server = server;
    }

    /** Gets a state and its listener, which is closed afterwards. */
    @FunctionalInterface
    interface Taker {
        void take(byte[] state, FileDescriptor listener) throws IOException;
    }

    static StateCatcher listen(Path path) throws IOException {
        return new StateCatcher(path, AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(path)));
    }

    Path path() {
        return path;
    }

    /** Waits for a runtime's connection, and gives away what comes on it. */
    void next(Taker taker) {
        try (AFUNIXSocket connection = server.accept()) {
            connection.setAncillaryReceiveBufferSize(1024);
            ByteArrayOutputStream state = new ByteArrayOutputStream();
            byte[] buffer = new byte[64 * 1024];
            // runc does not close the connection: a whole object is the end.
            do {
                int size = connection.getInputStream().read(buffer);
                if (size < 0) {
                    break;
                }
                state.write(buffer, 0, size);
            } while (!isWhole(state.toString()));
            FileDescriptor[] fds = connection.getReceivedFileDescriptors();
            if (fds == null || fds.length != 1) {
                throw new AssertionError("the runtime sent no descriptor with " + state);
            }
            taker.take(state.toByteArray(), fds[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isWhole(String state) {
        return state.chars().filter(c -> c == '{').count()
                == state.chars().filter(c -> c == '}').count();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
