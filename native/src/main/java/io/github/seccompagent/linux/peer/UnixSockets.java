package io.github.seccompagent.linux.peer;

import java.io.IOException;
import java.nio.file.Path;
import javax.net.SocketFactory;
import org.newsclub.net.unix.AFSocketFactory.FixedAddressSocketFactory;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Unix sockets for clients that only know hosts and ports. */
public final class UnixSockets {
    private UnixSockets() {}

    /**
     * Makes sockets that connect to {@code path}, whatever host and port is asked for.
     *
     * @throws IOException if a socket cannot have this path
     */
    public static SocketFactory connectedTo(Path path) throws IOException {
        return new FixedAddressSocketFactory(AFUNIXSocketAddress.of(path));
    }
}
