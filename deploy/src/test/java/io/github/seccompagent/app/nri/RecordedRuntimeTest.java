package io.github.seccompagent.app.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.make.BaseProfile;
import io.github.seccompagent.app.make.RuntimeDefault;
import io.github.seccompagent.app.nri.NriObserver.Result;
import io.github.seccompagent.app.nri.wire.CreateContainerRequest;
import io.github.seccompagent.app.nri.wire.CreateContainerResponse;
import io.github.seccompagent.app.nri.wire.LinuxSeccomp;
import io.github.seccompagent.app.nri.wire.Request;
import io.github.seccompagent.app.nri.wire.Response;
import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.resolver.policy.Seal;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What real runtimes have sent: three pods of one container each. The first one asks for the grants suffix and fuse in
 * the namespace team-a, the second one for none, and the third one for suffix in the namespace other. The containers
 * have the runtime's default profile.
 */
class RecordedRuntimeTest {
    private final Heard heard = new Heard();
    private final Plugin plugin = new Plugin(
            new Adjuster(() -> Policies.COMPILED, new Seal(new byte[32]), "/run/seccomp-agent.socket", false),
            new Unhonoured(Set::of, heard),
            heard);
    private final List<String> methods = new ArrayList<>();
    private final List<CreateContainerResponse> created = new ArrayList<>();

    private Consumer<CreateContainerRequest> onCreate = request -> {};

    private void replay(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/nri/" + name))) {
            FrameReader reader = new FrameReader();
            ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes());
            for (Optional<Frame> frame = reader.next(bytes); frame.isPresent(); frame = reader.next(bytes)) {
                if (frame.get().connection() == Frame.PLUGIN) {
                    answer(frame.get());
                }
            }
        }
    }

    private void answer(Frame frame) throws Exception {
        Request request = Request.parseFrom(frame.payload());
        String method = request.getMethod();
        methods.add(method);
        Response response = plugin.answer(frame.payload());
        if (method.equals("CreateContainer")) {
            onCreate.accept(CreateContainerRequest.parseFrom(request.getPayload()));
            created.add(CreateContainerResponse.parseFrom(response.getPayload()));
        }
    }

    private LinuxSeccomp policy() {
        return created.get(0).getAdjust().getLinux().getSeccompPolicy();
    }

    @Test
    void containerd22() throws Exception {
        replay("containerd-2.2.9");

        assertThat(plugin.runtime()).isEqualTo(new RuntimeFacts("containerd", "v2.2.9", ""));
        assertThat(methods).startsWith("Configure", "Synchronize", "CreateContainer", "StateChange", "StopContainer");
        assertThat(heard.results).containsExactly(Result.ADJUSTED, Result.UNCHANGED, Result.REFUSED);
        assertThat(created.get(0).getAdjust().getLinux().getDevicesCount()).isEqualTo(1);
        assertThat(policy().getListenerMetadata()).contains("clone3:ENOSYS");
        assertThat(policy().getSyscallsList()).noneMatch(rule -> rule.hasErrnoRet()); // it would crash
    }

    /** It tells the whole policy, in messages that come in two pieces each, and it configures before it registers. */
    @Test
    void containerd23() throws Exception {
        replay("containerd-2.3.7");

        assertThat(plugin.runtime().name()).isEqualTo("containerd");
        assertThat(plugin.runtime().version()).isEqualTo("v2.3.7");
        assertThat(plugin.runtime().nriVersion()).isNotEmpty();
        assertThat(methods).containsExactly("Configure", "Synchronize", "CreateContainer", "PostStartContainer");
        assertThat(heard.results).containsExactly(Result.ADJUSTED);
        assertThat(policy().getListenerMetadata()).doesNotContain("clone3");
        assertThat(policy().getSyscallsList())
                .anyMatch(rule -> rule.getNamesList().contains("clone3")
                        && rule.getErrnoRet().getValue() == Errno.ENOSYS.number());
    }

    /**
     * What the agent brings for older runtimes is what a newer one tells. Their rules for socket mean the same, and are
     * written in different ways.
     */
    @Test
    void theDefaultProfileIsThatOfTheRuntime() throws Exception {
        List<LinuxSeccomp> told = new ArrayList<>();
        onCreate = request -> told.add(request.getContainer().getLinux().getSeccompPolicy());
        replay("containerd-2.3.7");

        BaseProfile real = SeccompMessages.read(told.get(0));
        BaseProfile data = RuntimeDefault.CONTAINERD.profile();

        assertThat(data.otherwise()).isEqualTo(real.otherwise());
        assertThat(data.architectures()).containsExactlyInAnyOrderElementsOf(real.architectures());
        Set<Map.Entry<String, Set<String>>> same = byCall(real).entrySet();
        assertThat(byCall(data).entrySet())
                .filteredOn(each -> !same.contains(each))
                .extracting(Map.Entry::getKey)
                .containsExactly("socket");
        assertThat(byCall(data)).containsOnlyKeys(byCall(real).keySet());
    }

    /** What happens with each call, whatever the order of the rules is. */
    private static Map<String, Set<String>> byCall(BaseProfile profile) {
        Map<String, Set<String>> calls = new TreeMap<>();
        for (ReadProfile.Rule rule : profile.rules()) {
            rule.calls()
                    .forEach(call -> calls.computeIfAbsent(call, none -> new TreeSet<>())
                            .add(rule.outcome().action() + rule.outcome().errno() + rule.comparisons()));
        }
        return calls;
    }
}
