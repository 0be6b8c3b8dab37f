package io.github.seccompagent.app;

import io.github.seccompagent.linux.peer.UnixSockets;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;

/** Channels of gRPC over unix sockets: to Falco, and in the tests to container runtimes. */
public final class UnixChannels {
    // Required, but never looked up or connected to: the factory returns connected sockets.
    private static final String HOST = "127.0.0.1";
    private static final int PORT = 80;

    private UnixChannels() {}

    /**
     * A channel that connects to {@code socket} when it is first used, and again when it loses its connection.
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
