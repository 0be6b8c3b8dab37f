package io.github.seccompagent.app.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.github.seccompagent.app.nri.wire.ConfigureRequest;
import io.github.seccompagent.app.nri.wire.Request;
import io.github.seccompagent.app.nri.wire.Response;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The runtime's side of NRI: listens, takes a plugin, and calls it. */
final class FakeRuntime implements AutoCloseable {
    private final Path path;
    private final ServerSocketChannel listening;
    private SocketChannel plugin;
    private FrameReader reader = new FrameReader();
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16).flip();
    private int stream = 1;

    FakeRuntime(Path path) throws IOException {
        this.path = path;
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
    }

    Path path() {
        return path;
    }

    /** Waits for a plugin, and lets it register. */
    Request accept() throws IOException {
        plugin = listening.accept();
        reader = new FrameReader();
        in.clear().flip();
        stream = 1;
        Frame frame = next();
        Request request = Request.parseFrom(frame.payload());
        send(new Frame(
                Frame.RUNTIME,
                frame.stream(),
                Frame.RESPONSE,
                Response.getDefaultInstance().toByteArray()));
        return request;
    }

    /** The same, and introduces itself. */
    void accept(String name, String version, String nriVersion) throws IOException {
        accept();
        call(
                "Configure",
                ConfigureRequest.newBuilder()
                        .setRuntimeName(name)
                        .setRuntimeVersion(version)
                        .setNriVersion(nriVersion)
                        .build());
    }

    /** The plugin's answer. */
    Response call(String method, MessageLite payload) throws IOException {
        Request request = Request.newBuilder()
                .setService("nri.pkg.api.v1alpha1.Plugin")
                .setMethod(method)
                .setPayload(ByteString.copyFrom(payload.toByteArray()))
                .build();
        send(new Frame(Frame.PLUGIN, stream, Frame.REQUEST, request.toByteArray()));
        Frame frame = next();
        if (frame.stream() != stream || frame.type() != Frame.RESPONSE) {
            throw new AssertionError("answers " + frame + " to " + stream);
        }
        stream += 2;
        return Response.parseFrom(frame.payload());
    }

    private void send(Frame frame) throws IOException {
        sendBytes(FrameWriter.bytesOf(frame));
    }

    void sendBytes(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            plugin.write(bytes);
        }
    }

    Frame next() throws IOException {
        Optional<Frame> frame = reader.next(in);
        while (frame.isEmpty()) {
            in.clear();
            if (plugin.read(in) < 0) {
                throw new EOFException();
            }
            in.flip();
            frame = reader.next(in);
        }
        return frame.get();
    }

    void hangUp() throws IOException {
        plugin.close();
    }

    @Override
    public void close() throws IOException {
        try (listening) {
            if (plugin != null) {
                plugin.close();
            }
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
