package io.github.seccompagent.app;

import io.github.seccompagent.linux.peer.UnixSockets;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;

/** Channels of gRPC over unix sockets: to Falco, and in tests to container runtimes. */
public final class UnixChannels {
    // Nobody looks it up, and nobody connects to it: the sockets come connected from their factory.
    private static final String HOST = "127.0.0.1";
    private static final int PORT = 80;

    private UnixChannels() {}

    /**
     * A channel that connects to {@code socket} when it is first used, and again when it has lost its connection.
     *
     * @throws IOException if a socket cannot have this path
     */
    public static ManagedChannel to(Path socket) throws IOException {
        return OkHttpChannelBuilder.forAddress(HOST, PORT)
                .socketFactory(UnixSockets.connectedTo(socket))
                .proxyDetector(target -> null)
                .overrideAuthority("localhost")
                .disableServiceConfigLookUp()
                .usePlaintext()
                .build();
    }
}
