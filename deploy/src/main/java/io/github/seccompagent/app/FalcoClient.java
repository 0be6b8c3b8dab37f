package io.github.seccompagent.app;

import io.github.seccompagent.app.falco.KubernetesWorkload;
import io.github.seccompagent.app.falco.PublishEventRequest;
import io.github.seccompagent.app.falco.SeccompAgentFalcoGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A connection to Falco's plugin. It connects again when the connection is lost. For use by one thread. */
final class FalcoClient implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 1;

    private final ManagedChannel channel;
    private final SeccompAgentFalcoGrpc.SeccompAgentFalcoBlockingStub falco;
    private long nextConnect = System.nanoTime();

    /** @throws IOException if a socket cannot have this path */
    FalcoClient(Path socket) throws IOException {
        channel = UnixChannels.to(socket);
        falco = SeccompAgentFalcoGrpc.newBlockingStub(channel);
    }

    /**
     * Publishes an event. Falco has a second to take it.
     *
     * @return empty if Falco took the event, else one line that says why not
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<String> publish(FalcoEvent event) throws InterruptedException {
        try {
            falco.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).publishEvent(request(event));
            return Optional.empty();
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            connectAgain();
            return Optional.of(reason(e.getStatus()));
        }
    }

    /** Makes one line for people: gRPC's own descriptions have several lines, or are about its internals. */
    private static String reason(Status status) {
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return "no answer within a second";
        }
        Throwable cause = status.getCause();
        String detail = cause == null ? status.getDescription() : cause.getMessage();
        return status.getCode() + (detail == null ? "" : ": " + detail.replaceAll("\\s+", " "));
    }

    /** Has the channel connect again soon. Without this it waits up to two minutes. */
    private void connectAgain() {
        long now = System.nanoTime();
        if (now - nextConnect >= 0) {
            nextConnect = now + TimeUnit.SECONDS.toNanos(1);
            channel.resetConnectBackoff();
        }
    }

    private static PublishEventRequest request(FalcoEvent event) {
        return PublishEventRequest.newBuilder()
                .setId(event.id())
                .setPid(event.threadId())
                .setSyscall(event.syscall())
                .setK8S(KubernetesWorkload.newBuilder()
                        .setNamespace(event.pod().namespace())
                        .setPod(event.pod().pod())
                        .setContainer(event.pod().container())
                        .setPid(event.firstProcess())
                        .setPidFilter(event.filtered()))
                .build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
