package io.github.seccompagent.app.e2e;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** A connection to the agent that sends whatever it likes. */
final class RawClient implements AutoCloseable {
    private static final int MILLIS = 20_000;

    private final AFUNIXSocket socket;

    private RawClient(AFUNIXSocket socket) {
        this.socket = socket;
    }

    static RawClient connect(Path path) throws IOException {
        AFUNIXSocket socket = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(path));
        socket.setSoTimeout(MILLIS);
        return new RawClient(socket);
    }

    /** Sends bytes, the first of them with {@code fds} descriptors of /dev/null; the agent may stop it. */
    void send(byte[] bytes, int fds) {
        try (FileInputStream file = new FileInputStream("/dev/null")) {
            FileDescriptor[] all = new FileDescriptor[fds];
            Arrays.fill(all, file.getFD());
            send(bytes, all);
        } catch (IOException closedByPeer) {
            // isClosedByPeer() is going to tell
        }
    }

    void send(byte[] bytes, FileDescriptor... fds) throws IOException {
        if (fds.length > 0) {
            socket.setOutboundFileDescriptors(fds);
        }
        socket.getOutputStream().write(bytes);
    }

    /** Sends bytes one by one. */
    void sendInPieces(byte[] bytes, FileDescriptor... fds) throws IOException {
        send(Arrays.copyOf(bytes, 1), fds);
        for (int i = 1; i < bytes.length; i++) {
            socket.getOutputStream().write(bytes, i, 1);
        }
    }

    /** Says that nothing more will come. */
    void end() throws IOException {
        socket.getChannel().shutdownOutput(); // not its own: that is wrong about being connected on Java 25
    }

    /** Waits until the agent closes the connection. */
    boolean isClosedByPeer() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
