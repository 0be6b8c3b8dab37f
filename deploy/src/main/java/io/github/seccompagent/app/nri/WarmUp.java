package io.github.seccompagent.app.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.github.seccompagent.app.nri.wire.ConfigureRequest;
import io.github.seccompagent.app.nri.wire.Container;
import io.github.seccompagent.app.nri.wire.ContainerAdjustment;
import io.github.seccompagent.app.nri.wire.CreateContainerRequest;
import io.github.seccompagent.app.nri.wire.LinuxContainer;
import io.github.seccompagent.app.nri.wire.PodSandbox;
import io.github.seccompagent.app.nri.wire.Request;
import io.github.seccompagent.resolver.policy.Grant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles made-up requests. Without it the first real one takes longer than a runtime may like to wait. */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int TIMES = 5;
    private static final Grant GRANT = new Grant("warm-up", List.of("MOUNT_PROC=true"), List.of(), false, List.of());
    private static final RuntimeFacts RUNTIME = new RuntimeFacts("containerd", "2.2.9", "");

    /** One that tells what a container's profile is. */
    private static final RuntimeFacts NEWER = new RuntimeFacts("containerd", "2.3.0", "v0.12.0");

    private WarmUp() {}

    static void of(Adjuster adjuster) {
        PodSandbox pod = PodSandbox.newBuilder().setNamespace("n").setName("p").build();
        Container container = Container.newBuilder().setId("c").setName("c").build();
        NriObserver nobody = new NoObserver();
        Plugin plugin = new Plugin(adjuster, new Unhonoured(Set::of, nobody), nobody);
        try {
            for (int i = 0; i < TIMES; i++) {
                ask(plugin, "Configure", ConfigureRequest.newBuilder().build());
                ask(
                        plugin,
                        "CreateContainer",
                        CreateContainerRequest.newBuilder()
                                .setPod(pod)
                                .setContainer(container)
                                .build());
                ContainerAdjustment adjustment =
                        adjuster.adjustment(RUNTIME, pod, container, Adjuster.identity(pod, container), List.of(GRANT));
                Container withProfile = container.toBuilder()
                        .setLinux(LinuxContainer.newBuilder()
                                .setSeccompPolicy(adjustment.getLinux().getSeccompPolicy()))
                        .build();
                ContainerAdjustment again =
                        adjuster.adjustment(NEWER, pod, withProfile, Adjuster.identity(pod, container), List.of(GRANT));
                LOG.trace("NRI: a made-up container would get {} bytes", again.getSerializedSize());
                ask(plugin, "Synchronize", adjustment); // it is as large as a message may well be
            }
        } catch (RefusedException
                | IOException
                | RuntimeException
                | Error e) { // the first answer is slow, and that is all
            LOG.debug("NRI: the trial at the start failed", e);
        }
    }

    private static void ask(Plugin plugin, String method, MessageLite message) throws IOException {
        Request request = Request.newBuilder()
                .setService(Plugin.SERVICE)
                .setMethod(method)
                .setPayload(ByteString.copyFrom(message.toByteArray()))
                .build();
        ByteBuffer bytes = FrameWriter.bytesOf(new Frame(Frame.PLUGIN, 1, Frame.REQUEST, request.toByteArray()));
        new FrameReader().next(bytes).ifPresent(frame -> plugin.answer(frame.payload()));
    }

    private static final class NoObserver implements NriObserver {
        @Override
        public void created(Result result, Duration time) {}

        @Override
        public void connected(boolean isUp) {}

        @Override
        public void unhonoured() {}

        @Override
        public void unhonouredNow(int count) {}
    }
}
