package io.github.seccompagent.app;

import io.github.seccompagent.app.falco.PublishEventRequest;
import io.github.seccompagent.app.falco.PublishEventResponse;
import io.github.seccompagent.app.falco.SeccompAgentFalcoGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Plays the part of Falco's plugin: takes events, or lets them wait. */
public final class FalcoPlugin extends SeccompAgentFalcoGrpc.SeccompAgentFalcoImplBase implements AutoCloseable {
    private final List<PublishEventRequest> events = new CopyOnWriteArrayList<>();
    private final boolean answers;
    private final UnixGrpcServer server;

    private FalcoPlugin(Path socket, boolean answers) throws IOException {
        this.answers = answers;
        server = UnixGrpcServer.start(socket, this);
    }

    public static FalcoPlugin start(Path socket) throws IOException {
        return new FalcoPlugin(socket, true);
    }

    /** A plugin that never answers. */
    public static FalcoPlugin startHanging(Path socket) throws IOException {
        return new FalcoPlugin(socket, false);
    }

    @Override
    public void publishEvent(PublishEventRequest request, StreamObserver<PublishEventResponse> answer) {
        events.add(request);
        if (answers) {
            answer.onNext(PublishEventResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }

    /** The events that have come, oldest first. */
    public List<PublishEventRequest> events() {
        return events;
    }

    int connections() {
        return server.connections();
    }

    @Override
    public void close() {
        server.close();
    }
}
