package io.github.seccompagent.app.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.app.nri.NriObserver.Result;
import io.github.seccompagent.app.nri.wire.ConfigureRequest;
import io.github.seccompagent.app.nri.wire.ConfigureResponse;
import io.github.seccompagent.app.nri.wire.Container;
import io.github.seccompagent.app.nri.wire.ContainerAdjustment;
import io.github.seccompagent.app.nri.wire.ContainerEvent;
import io.github.seccompagent.app.nri.wire.CreateContainerRequest;
import io.github.seccompagent.app.nri.wire.CreateContainerResponse;
import io.github.seccompagent.app.nri.wire.PodSandbox;
import io.github.seccompagent.app.nri.wire.Request;
import io.github.seccompagent.app.nri.wire.Response;
import io.github.seccompagent.app.nri.wire.StateChangeEvent;
import io.github.seccompagent.app.nri.wire.Status;
import io.github.seccompagent.app.nri.wire.SynchronizeRequest;
import io.github.seccompagent.app.nri.wire.SynchronizeResponse;
import io.github.seccompagent.app.report.Printable;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the calls of a runtime. For use by one thread. */
final class Plugin {
    static final String SERVICE = "nri.pkg.api.v1alpha1.Plugin";

    private static final Logger LOG = LoggerFactory.getLogger(Plugin.class);

    /** A kubelet tries a container that is refused again and again. */
    private static final LogLimit REFUSALS = new LogLimit(LOG::info);

    private static final int CREATE_CONTAINER = 4;
    private static final int POST_START_CONTAINER = 7;
    private static final int STOP_CONTAINER = 10;
    private static final int EVENTS = bit(CREATE_CONTAINER) | bit(POST_START_CONTAINER) | bit(STOP_CONTAINER);

    private static final int RUNNING = 3;
    private static final int UNKNOWN_ERROR = 2; // the codes are those of gRPC
    private static final int INVALID_ARGUMENT = 3;
    private static final int UNIMPLEMENTED = 12;
    private static final int PERMISSION_DENIED = 7;
    private static final int LONGEST_REFUSAL = 600;

    private final Adjuster adjuster;
    private final Unhonoured unhonoured;
    private final NriObserver observer;
    private RuntimeFacts runtime = new RuntimeFacts("", "", "");
    private boolean isConfigured;
    private final Map<String, PodSandbox> listedPods = new HashMap<>(); // of an unfinished list
    private final Set<String> listedContainers = new HashSet<>();

    Plugin(Adjuster adjuster, Unhonoured unhonoured, NriObserver observer) {
        this.adjuster = adjuster;
        this.unhonoured = unhonoured;
        this.observer = observer;
    }

    private static int bit(int event) {
        return 1 << (event - 1);
    }

    boolean isConfigured() {
        return isConfigured;
    }

    RuntimeFacts runtime() {
        return runtime;
    }

    /** Another connection begins. */
    void beginAgain() {
        isConfigured = false;
        listedPods.clear();
        listedContainers.clear();
    }

    /** Whatever the payload is, there is an answer. */
    Response answer(byte[] payload) {
        try {
            Request request = Request.parseFrom(payload);
            if (!request.getService().equals(SERVICE)) {
                return failure(UNIMPLEMENTED, "no such service");
            }
            return answer(request.getMethod(), request.getPayload());
        } catch (InvalidProtocolBufferException e) {
            return failure(INVALID_ARGUMENT, "the request is not understood");
        } catch (RefusedException e) {
            return failure(PERMISSION_DENIED, line("seccomp-agent: " + e.getMessage()));
        } catch (RuntimeException | Error e) { // a container without its grants would be worse than none
            LOG.error("NRI: a call of the runtime failed", e);
            return failure(UNKNOWN_ERROR, line("seccomp-agent: it failed with " + e));
        }
    }

    private Response answer(String method, ByteString payload) throws InvalidProtocolBufferException, RefusedException {
        switch (method) {
            case "Configure" -> {
                return success(configure(ConfigureRequest.parseFrom(payload)).toByteString());
            }
            case "Synchronize" -> {
                return success(
                        synchronize(SynchronizeRequest.parseFrom(payload)).toByteString());
            }
            case "CreateContainer" -> {
                return success(create(CreateContainerRequest.parseFrom(payload)).toByteString());
            }
            case "PostStartContainer" -> {
                ContainerEvent event = ContainerEvent.parseFrom(payload);
                unhonoured.runs(event.getPod(), event.getContainer());
            }
            case "StopContainer" ->
                unhonoured.ends(ContainerEvent.parseFrom(payload).getContainer().getId());
            case "StateChange" -> {
                StateChangeEvent event = StateChangeEvent.parseFrom(payload);
                if (event.getEvent() == POST_START_CONTAINER) {
                    unhonoured.runs(event.getPod(), event.getContainer());
                }
            }
            case "Shutdown" -> LOG.info("NRI: {} shuts down", runtime);
            default -> {
                return failure(UNIMPLEMENTED, "no such method");
            }
        }
        return success(ByteString.EMPTY);
    }

    private ConfigureResponse configure(ConfigureRequest request) {
        runtime = RuntimeFacts.of(request);
        isConfigured = true;
        runtime.shortcoming().ifPresent(why -> LOG.warn("NRI: containers cannot have grants here: {}", why));
        return ConfigureResponse.newBuilder().setEvents(EVENTS).build();
    }

    /** All containers are listed, in one request or in several. */
    private SynchronizeResponse synchronize(SynchronizeRequest request) {
        request.getPodsList().forEach(pod -> listedPods.put(pod.getId(), Asked.only(pod)));
        for (Container container : request.getContainersList()) {
            listedContainers.add(container.getId());
            PodSandbox pod = listedPods.get(container.getPodSandboxId());
            if (pod != null && container.getState() == RUNNING) {
                unhonoured.runs(pod, container);
            }
        }
        if (!request.getMore()) {
            unhonoured.onlyThese(listedContainers);
            listedPods.clear();
            listedContainers.clear();
        }
        return SynchronizeResponse.newBuilder().setMore(request.getMore()).build();
    }

    private CreateContainerResponse create(CreateContainerRequest request) throws RefusedException {
        long begin = System.nanoTime();
        Result result = Result.REFUSED;
        try {
            Optional<ContainerAdjustment> adjustment =
                    adjuster.adjust(runtime, request.getPod(), request.getContainer());
            result = adjustment.isPresent() ? Result.ADJUSTED : Result.UNCHANGED;
            CreateContainerResponse.Builder response = CreateContainerResponse.newBuilder();
            adjustment.ifPresent(response::setAdjust);
            return response.build();
        } catch (RefusedException e) {
            PodSandbox pod = request.getPod();
            REFUSALS.log(
                    pod.getNamespace(),
                    () -> "NRI: container " + line(request.getContainer().getName()) + " of pod "
                            + line(pod.getNamespace()) + "/" + line(pod.getName()) + " is refused: "
                            + line(String.valueOf(e.getMessage())));
            throw e;
        } finally {
            observer.created(result, Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    private static Response success(ByteString payload) {
        return Response.newBuilder()
                .setStatus(Status.getDefaultInstance())
                .setPayload(payload)
                .build();
    }

    private static Response failure(int code, String message) {
        return Response.newBuilder()
                .setStatus(Status.newBuilder().setCode(code).setMessage(message))
                .build();
    }

    private static String line(String text) {
        return Printable.of(text.length() > LONGEST_REFUSAL ? text.substring(0, LONGEST_REFUSAL) + "..." : text);
    }
}
