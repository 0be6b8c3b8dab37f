package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.app.falco.PublishEventRequest;
import io.github.seccompagent.app.falco.PublishEventResponse;
import io.github.seccompagent.app.falco.SeccompAgentFalcoGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixChannelsTest {
    private static final PublishEventRequest REQUEST = PublishEventRequest.getDefaultInstance();

    @TempDir
    private Path folder;

    private Path socket;
    private ManagedChannel channel;

    private static final class Service extends SeccompAgentFalcoGrpc.SeccompAgentFalcoImplBase {
        @Override
        public void publishEvent(PublishEventRequest request, StreamObserver<PublishEventResponse> answer) {
            answer.onNext(PublishEventResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }

    @BeforeEach
    void makeChannel() throws IOException {
        socket = folder.resolve("grpc.sock");
        channel = UnixChannels.to(socket);
    }

    @AfterEach
    void endChannel() {
        channel.shutdownNow();
    }

    private PublishEventResponse call() {
        return SeccompAgentFalcoGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .publishEvent(REQUEST);
    }

    @Test
    void callsShareAConnection() throws Exception {
        try (UnixGrpcServer server = UnixGrpcServer.start(socket, new Service())) {
            assertThat(call()).isNotNull();
            assertThat(call()).isNotNull();
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatComesLaterIsFound() throws Exception {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> SeccompAgentFalcoGrpc.newBlockingStub(channel).publishEvent(REQUEST))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        for (int i = 0; i < 2; i++) {
            try (UnixGrpcServer server = UnixGrpcServer.start(socket, new Service())) {
                assertThat(call()).isNotNull();
                assertThat(server.connections()).isEqualTo(1);
            }
        }
    }
}
