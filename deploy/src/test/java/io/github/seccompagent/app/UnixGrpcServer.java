package io.github.seccompagent.app;

import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A gRPC server on a unix socket. */
public final class UnixGrpcServer implements AutoCloseable {
    private final AtomicInteger connections = new AtomicInteger();
    private final EpollEventLoopGroup loop = new EpollEventLoopGroup(1);
    private final Server server;

    private UnixGrpcServer(Path socket, BindableService service) throws IOException {
        server = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .addService(service)
                .addTransportFilter(new ServerTransportFilter() {
                    @Override
                    public Attributes transportReady(Attributes attributes) {
                        connections.incrementAndGet();
                        return attributes;
                    }
                })
                .build()
                .start();
    }

    /** Starts a server. It replaces a socket that is there already. */
    public static UnixGrpcServer start(Path socket, BindableService service) throws IOException {
        Files.deleteIfExists(socket);
        return new UnixGrpcServer(socket, service);
    }

    /** How many connections there have been. */
    int connections() {
        return connections.get();
    }

    /** Ends the server and all of its calls. */
    @Override
    public void close() {
        try {
            server.shutdownNow().awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.shutdownGracefully();
    }
}
