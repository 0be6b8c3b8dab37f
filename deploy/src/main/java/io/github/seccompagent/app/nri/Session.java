package io.github.seccompagent.app.nri;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.seccompagent.app.nri.wire.RegisterPluginRequest;
import io.github.seccompagent.app.nri.wire.Request;
import io.github.seccompagent.app.nri.wire.Response;
import io.github.seccompagent.app.report.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** One connection to a runtime, from its begin to its end. For use by one thread. */
final class Session implements AutoCloseable {
    private static final String SERVICE = "nri.pkg.api.v1alpha1.Runtime";
    private static final String NAME = "seccomp-agent";

    /** Plugins are called in this order. Later ones see what the earlier ones did. */
    private static final String INDEX = "50";

    private static final int STREAM = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Trunk trunk;
    private final Plugin plugin;
    private final Unhonoured unhonoured;

    private Session(Trunk trunk, Plugin plugin, Unhonoured unhonoured) {
        this.trunk = trunk;
        this.plugin = plugin;
        this.unhonoured = unhonoured;
    }

    /**
     * Connects, registers the plugin, and answers until the runtime calls it by name: then it knows the plugin.
     *
     * @throws IOException if that does not work; the message is one line
     */
    static Session begin(Path socket, Plugin plugin, Unhonoured unhonoured) throws IOException {
        plugin.beginAgain();
        Session session = new Session(Trunk.to(socket), plugin, unhonoured);
        try {
            session.register();
            return session;
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private void register() throws IOException {
        RegisterPluginRequest plugged = RegisterPluginRequest.newBuilder()
                .setPluginName(NAME)
                .setPluginIdx(INDEX)
                .build();
        Request request = Request.newBuilder()
                .setService(SERVICE)
                .setMethod("RegisterPlugin")
                .setPayload(plugged.toByteString())
                .build();
        trunk.send(new Frame(Frame.RUNTIME, STREAM, Frame.REQUEST, request.toByteArray()));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!plugin.isConfigured()) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            Optional<Frame> frame = left.isNegative() ? Optional.empty() : trunk.next(left);
            handle(frame.orElseThrow(() -> new BrokenProtocolException("it does not answer as NRI does")));
        }
    }

    /** Answers until the connection ends, which throws. */
    void serve() throws IOException {
        while (true) {
            Optional<Frame> frame = trunk.next(unhonoured.rest());
            if (frame.isPresent()) {
                handle(frame.get());
            }
            unhonoured.look();
        }
    }

    private void handle(Frame frame) throws IOException {
        if (frame.connection() == Frame.PLUGIN && frame.type() == Frame.REQUEST) {
            Response response = plugin.answer(frame.payload());
            trunk.send(new Frame(Frame.PLUGIN, frame.stream(), Frame.RESPONSE, response.toByteArray()));
        } else if (frame.connection() == Frame.RUNTIME && frame.type() == Frame.RESPONSE) {
            check(frame.payload());
        }
    }

    private static void check(byte[] payload) throws IOException {
        try {
            Response response = Response.parseFrom(payload);
            if (response.getStatus().getCode() != 0) {
                throw new BrokenProtocolException("it refuses the plugin: "
                        + Printable.of(response.getStatus().getMessage()));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new BrokenProtocolException("it answers something else than NRI does");
        }
    }

    @Override
    public void close() {
        trunk.close();
    }
}
