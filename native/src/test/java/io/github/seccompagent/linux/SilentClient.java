package io.github.seccompagent.linux;

import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/** A program that connects to a socket and stays until its input ends. Needs nothing but the JDK. */
final class SilentClient {
    private SilentClient() {}

    public static void main(String[] arguments) throws Exception {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]))) {
            System.in.transferTo(OutputStream.nullOutputStream());
            channel.shutdownOutput();
        }
    }
}
