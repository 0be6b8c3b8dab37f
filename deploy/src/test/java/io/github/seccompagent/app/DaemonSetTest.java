package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDaemonSet;
import io.github.seccompagent.api.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.Test;

/** The DaemonSet gives the agent what the agent accepts and needs. */
class DaemonSetTest {
    private static final DaemonSet DAEMON_SET = Manifests.only(DaemonSet.class);
    private static final PodSpec POD = DAEMON_SET.getSpec().getTemplate().getSpec();
    private static final Container CONTAINER = POD.getContainers().get(0);

    private static final List<String> KEEPING = List.of("keep", "--takeover", "--stay", "--identity=$(POD_UID)");

    /** The arguments of the agent, by option name. Those of the keeper come before them. */
    static CommandOptions options() {
        return optionsOf(CONTAINER);
    }

    static CommandOptions optionsOf(Container container) {
        return optionsOf(
                container.getArgs().subList(KEEPING.size(), container.getArgs().size()));
    }

    /** Parses arguments as the agent does, so an unknown one fails. */
    static CommandOptions optionsOf(List<String> arguments) {
        CommandOptions options = new AgentCommand().options();
        try {
            assertThat(options.parse(arguments.toArray(String[]::new))).isEmpty();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
        assertThat(Resolvers.names()).contains(options.get("resolver", ""));
        return options;
    }

    /** The names of the capabilities, with the prefix that C and Java use. */
    static Set<String> capabilities() {
        return CONTAINER.getSecurityContext().getCapabilities().getAdd().stream()
                .map(name -> "CAP_" + name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The path of the socket on the node, where runtimes find it. */
    static String socketOnNode() {
        Path socket = Path.of(options().get("socketfile", ""));
        VolumeMount mount = CONTAINER.getVolumeMounts().stream()
                .filter(each -> socket.getParent().equals(Path.of(each.getMountPath())))
                .findFirst()
                .orElseThrow();
        return Path.of(hostPathOf(mount)).resolve(socket.getFileName()).toString();
    }

    private static String hostPathOf(VolumeMount mount) {
        return hostPathOf(POD, mount);
    }

    static String hostPathOf(PodSpec pod, VolumeMount mount) {
        return pod.getVolumes().stream()
                .filter(each -> each.getName().equals(mount.getName()))
                .map(Volume::getHostPath)
                .findFirst()
                .orElseThrow()
                .getPath();
    }

    @Test
    void theResolverKnowsItsPods() {
        assertThat(options().get("resolver", "")).isEqualTo("kubernetes");
        assertThat(CONTAINER.getEnv()).extracting(EnvVar::getName).containsExactly("NODE_NAME", "POD_UID");
        assertThat(CONTAINER.getEnv().get(0).getValueFrom().getFieldRef().getFieldPath())
                .isEqualTo("spec.nodeName");
        assertThat(POD.getAutomountServiceAccountToken()).isTrue();
    }

    @Test
    void theImageStartsTheKeeper() {
        assertThat(CONTAINER.getCommand()).isEmpty();
        assertThat(CONTAINER.getArgs()).startsWith(KEEPING.toArray(String[]::new));
        assertThat(CONTAINER.getEnv().get(1).getValueFrom().getFieldRef().getFieldPath())
                .isEqualTo("metadata.uid");
    }

    /** A node that has the image from deploy/image does not look for it elsewhere. */
    @Test
    void theImageIsThatOfThisVersion() throws IOException {
        Matcher version = Pattern.compile("<version>(.+)</version>").matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(CONTAINER.getImage()).isEqualTo("localhost/seccomp-agent:" + version.group(1));
        assertThat(CONTAINER.getImagePullPolicy()).isEqualTo("IfNotPresent");
    }

    @Test
    void theKubeletAsksWhereTheAgentAnswers() {
        String address = options().get("metrics-bind-address", "");
        int port = BindAddress.parse("", address).socketAddress().getPort();
        assertThat(CONTAINER.getPorts()).singleElement().satisfies(each -> {
            assertThat(each.getName()).isEqualTo("metrics");
            assertThat(each.getContainerPort()).isEqualTo(port);
        });
        Probe probe = CONTAINER.getReadinessProbe();
        assertThat(probe.getHttpGet().getPath()).isEqualTo("/readyz");
        assertThat(probe.getHttpGet().getPort()).isEqualTo(new IntOrString("metrics"));
    }

    /** The next pod may come late, a hand-over may be under way, and calls in progress get some seconds. */
    @Test
    void theKubeletWaitsForAHandOver() {
        assertThat(POD.getTerminationGracePeriodSeconds()).isGreaterThan(20 + 30 + 5);
    }

    /** It would end the keeper too. */
    @Test
    void theKubeletNeverRestartsIt() {
        assertThat(CONTAINER.getLivenessProbe()).isNull();
        assertThat(CONTAINER.getStartupProbe()).isNull();
    }

    @Test
    void theNewPodComesBeforeTheOldOneLeaves() {
        RollingUpdateDaemonSet update = DAEMON_SET.getSpec().getUpdateStrategy().getRollingUpdate();
        assertThat(update.getMaxSurge()).isEqualTo(new IntOrString(1));
        assertThat(update.getMaxUnavailable()).isEqualTo(new IntOrString(0));
    }

    /** A hand-over that fails takes 30 seconds, and an old pod that is not ready is deleted. */
    @Test
    void theOldPodStaysReadyWhileTheNewOneFails() {
        Probe probe = CONTAINER.getReadinessProbe();
        assertThat(probe.getPeriodSeconds() * (probe.getFailureThreshold() - 1)).isGreaterThan(30 + 10);
    }

    @Test
    void itIsOnEveryNodeAndTheLastToGo() {
        assertThat(POD.getPriorityClassName()).isEqualTo("system-node-critical");
        assertThat(POD.getTolerations()).containsExactly(new Toleration(null, null, "Exists", null, null));
        assertThat(CONTAINER.getResources().getLimits()).containsOnlyKeys("memory");
    }

    @Test
    void itSeesCallersAndTheirCgroupsAndNothingConfinesIt() {
        assertThat(POD.getHostPID()).isTrue();
        assertThat(CONTAINER.getSecurityContext().getAppArmorProfile().getType())
                .isEqualTo("Unconfined");
        assertThat(CONTAINER.getSecurityContext().getSeccompProfile().getType()).isEqualTo("Unconfined");
        assertThat(CONTAINER.getVolumeMounts())
                .filteredOn(mount -> hostPathOf(mount).equals("/sys/fs/cgroup"))
                .singleElement()
                .matches(mount -> !Boolean.TRUE.equals(mount.getReadOnly()));
    }

    @Test
    void itIsNotPrivilegedAndHasItsOwnRootReadOnly() {
        assertThat(CONTAINER.getSecurityContext().getPrivileged()).isNull();
        assertThat(CONTAINER.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(CONTAINER.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(POD.getHostNetwork()).isNull();
    }

    /** A mount of the socket itself would still show the file of an agent that is gone. */
    @Test
    void foldersAreMounted() {
        assertThat(POD.getVolumes())
                .extracting(Volume::getHostPath)
                .allSatisfy(folder -> assertThat(folder.getType()).isEqualTo("Directory"));
        assertThat(socketOnNode()).endsWith(".socket");
    }

    /** The capabilities that the C helper and the agent's own check name, and those that a container has by default. */
    @Test
    void theAgentHasTheCapabilitiesThatItsSourcesName() throws IOException {
        Set<String> named = new TreeSet<>();
        Path linux = Path.of("../native/src/main/java/io/github/seccompagent/linux");
        named.addAll(found("Capability\\.(CAP_[A-Z_]+)", linux.resolve("Requirements.java")));
        try (Stream<Path> sources = Files.list(Path.of("../native/src/main/c"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".c")).toList()) {
                named.addAll(found("\\((CAP_[A-Z_]+)\\)|<< (CAP_[A-Z_]+)", source));
            }
        }
        Set<String> ofContainers = found("CAP\\(([A-Z_]+)\\)", Path.of("../native/src/main/c/command.c"));
        assertThat(named).contains("CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_MKNOD");
        assertThat(ofContainers).hasSize(14);
        ofContainers.forEach(name -> named.add("CAP_" + name));

        assertThat(capabilities()).containsAll(named);
    }

    private static Set<String> found(String pattern, Path file) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
        return matcher.results()
                .map(result -> result.group(1) != null ? result.group(1) : result.group(2))
                .collect(Collectors.toSet());
    }

    @Test
    void everyCapabilityHasAReasonAndOneThatExists() throws IOException {
        String text = Files.readString(Manifests.FOLDER.resolve("daemonset.yaml"));
        Map<String, String> reasons = Pattern.compile("^ +- ([A-Z_]+) # (.+)$", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .collect(Collectors.toMap(line -> "CAP_" + line.group(1), line -> line.group(2)));
        assertThat(reasons).containsOnlyKeys(capabilities());
        assertThat(capabilities()).allSatisfy(Capability::valueOf);
    }
}
