package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.app.ManifestModels.Action;
import io.github.seccompagent.app.ManifestModels.OciProfile;
import io.github.seccompagent.app.ManifestModels.Rule;
import io.github.seccompagent.app.ManifestModels.SeccompProfile;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.SyscallTable;
import io.github.seccompagent.resolver.KubernetesResolver;
import io.github.seccompagent.resolver.PodIdentity;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The example profiles name the socket of the DaemonSet's agent, and use only keys that it understands. */
class ExampleProfilesTest {
    private static Stream<OciProfile> profiles() {
        return Stream.concat(
                Manifests.all(OciProfile.class).stream(),
                Manifests.all(SeccompProfile.class).stream().map(ExampleProfilesTest::fileOf));
    }

    /** The profile that the operator writes to the node. */
    private static OciProfile fileOf(SeccompProfile resource) {
        SeccompProfile.Spec spec = resource.spec();
        return new OciProfile(
                spec.defaultAction(),
                null,
                spec.architectures(),
                spec.flags(),
                spec.listenerPath(),
                spec.listenerMetadata(),
                spec.syscalls());
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void namesTheSocketOfTheAgent(OciProfile profile) {
        assertThat(profile.listenerPath()).isEqualTo(DaemonSetTest.socketOnNode());
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void theResolverUnderstandsEveryKey(OciProfile profile) {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(KubernetesResolver.class);
        log.start();
        logger.addAppender(log);
        try {
            new KubernetesResolver(container -> PodIdentity.UNKNOWN, Map.of()).resolve(stateWith(profile));
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).isEmpty();
    }

    private static ContainerProcessState stateWith(OciProfile profile) {
        return new ContainerProcessState(
                "1.0.2",
                1,
                profile.listenerMetadata(),
                new ContainerProcessState.Container("c", "creating", 1, "/bundle", Map.of()));
    }

    /** A runtime ignores a call that it does not know, so a typing error would stay unnoticed. */
    @ParameterizedTest
    @MethodSource("profiles")
    void everySyscallExists(OciProfile profile) {
        assertThat(profile.syscalls())
                .flatMap(Rule::names)
                .allMatch(name -> Arrays.stream(Architecture.values())
                        .anyMatch(architecture ->
                                SyscallTable.numberOf(architecture, name).isPresent()));
    }

    /** The runtime itself makes these calls between its state and the answer. It would wait for ever. */
    @ParameterizedTest
    @MethodSource("profiles")
    void noneNotifiesWhatRuntimesCannotDoWithout(OciProfile profile) {
        assertThat(profile.defaultAction()).isEqualTo(Action.SCMP_ACT_ALLOW);
        assertThat(profile.syscalls())
                .flatMap(Rule::names)
                .doesNotContain("write", "sendmsg", "fcntl", "close", "fork", "clone", "clone3");
    }

    @Test
    void theProfileOfTheGoAgentIsAsItWas() {
        OciProfile profile = profiles()
                .filter(each -> each.listenerMetadata().contains("MKDIR_TMPL"))
                .findFirst()
                .orElseThrow();
        assertThat(profile.listenerMetadata())
                .isEqualTo("MKDIR_TMPL=-{{.Namespace}}-{{.Pod}}-{{.Container}}\n"
                        + "EXEC_PATTERN=/bin/true\nEXEC_DURATION=2s\nMOUNT_PROC=true");
        assertThat(profile.syscalls())
                .containsExactly(new Rule(
                        List.of("openat", "open", "mkdir", "mount", "chmod", "execve"),
                        Action.SCMP_ACT_NOTIFY,
                        null,
                        null));
    }

    @Test
    void theOperatorsProfileIsTheSameAsTheFile() {
        assertThat(Manifests.all(OciProfile.class)).contains(fileOf(Manifests.only(SeccompProfile.class)));
    }

    @Test
    void everyPodHasAProfileThatIsThere() {
        assertThat(Manifests.all(Pod.class)).hasSize(4).allSatisfy(pod -> {
            String profile =
                    pod.getSpec().getSecurityContext().getSeccompProfile().getLocalhostProfile();
            boolean byOperator = profile.equals("operator/"
                    + Manifests.only(SeccompProfile.class).metadata().getName() + ".json");
            assertThat(byOperator || Files.exists(Manifests.FOLDER.resolve("examples/profiles/" + profile)))
                    .as(profile)
                    .isTrue();
        });
    }

    @Test
    void oneHasAUserNamespace() {
        assertThat(Manifests.all(Pod.class))
                .filteredOn(pod -> Boolean.FALSE.equals(pod.getSpec().getHostUsers()))
                .hasSize(1);
    }

    @Test
    void dangerousCallsEndTheContainer() {
        assertThat(profiles().filter(each -> each.listenerMetadata().equals("DEFAULT_ACTION=kill-container")))
                .singleElement()
                .satisfies(profile -> assertThat(profile.syscalls())
                        .flatMap(Rule::names)
                        .contains("init_module", "kexec_load", "bpf", "ptrace"));
    }
}
