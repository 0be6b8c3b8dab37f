package io.github.seccompagent.app.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.github.seccompagent.app.Manifests;
import io.github.seccompagent.app.e2e.cri.Capability;
import io.github.seccompagent.app.e2e.cri.ContainerConfig;
import io.github.seccompagent.app.e2e.cri.ContainerMetadata;
import io.github.seccompagent.app.e2e.cri.ImageSpec;
import io.github.seccompagent.app.e2e.cri.Int64Value;
import io.github.seccompagent.app.e2e.cri.KeyValue;
import io.github.seccompagent.app.e2e.cri.LinuxContainerConfig;
import io.github.seccompagent.app.e2e.cri.LinuxContainerResources;
import io.github.seccompagent.app.e2e.cri.LinuxContainerSecurityContext;
import io.github.seccompagent.app.e2e.cri.Mount;
import io.github.seccompagent.app.e2e.cri.NamespaceMode;
import io.github.seccompagent.app.e2e.cri.NamespaceOption;
import io.github.seccompagent.app.e2e.cri.SELinuxOption;
import io.github.seccompagent.app.e2e.cri.SecurityProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The pod of the agent's DaemonSet as a kubelet tells a runtime of it. What would decide about the container, and is not
 * translated here, is an error: so nothing can be added to the manifest that the tests go without.
 *
 * @param pod what the manifest says
 * @param run stands for /run of the node, which stays as it is
 * @param account what a kubelet puts into the folder of the service account
 */
record CriDaemonSet(PodSpec pod, Path run, Path account) {
    /** Where Kubernetes has it, whatever the image. */
    private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

    /** What a kubelet and the control plane do with a pod, and no runtime hears of. */
    private static final Set<String> OF_THE_CLUSTER = Set.of(
            "automountServiceAccountToken",
            "nodeSelector",
            "priorityClassName",
            "serviceAccountName",
            "terminationGracePeriodSeconds",
            "tolerations");

    CriDaemonSet {
        known(pod, OF_THE_CLUSTER, "containers", "hostPID", "volumes");
        known(
                container(pod),
                Set.of("imagePullPolicy", "livenessProbe", "name", "ports", "readinessProbe", "startupProbe"),
                "args",
                "env",
                "image",
                "resources",
                "securityContext",
                "volumeMounts");
    }

    static CriDaemonSet read(Path run, Path account) {
        return new CriDaemonSet(readPod(), run, account);
    }

    private static PodSpec readPod() {
        return Manifests.only(DaemonSet.class).getSpec().getTemplate().getSpec();
    }

    private static Container container(PodSpec pod) {
        if (pod.getContainers().size() != 1) {
            throw new IllegalArgumentException("containers: " + pod.getContainers());
        }
        return pod.getContainers().get(0);
    }

    private static void known(Object model, Set<String> ignored, String... translated) {
        Set<String> fields = new TreeSet<>();
        new ObjectMapper().<JsonNode>valueToTree(model).fieldNames().forEachRemaining(fields::add);
        fields.removeAll(ignored);
        fields.removeAll(Set.of(translated));
        if (!fields.isEmpty()) {
            throw new IllegalArgumentException(model.getClass().getSimpleName() + " is not translated: " + fields);
        }
    }

    /** Those that the manifest adds, with the prefix that an OCI runtime wants. */
    static List<String> capabilities() {
        return container(readPod()).getSecurityContext().getCapabilities().getAdd().stream()
                .map(name -> "CAP_" + name)
                .toList();
    }

    /** How long a kubelet waits for its end. */
    long graceSeconds() {
        return pod.getTerminationGracePeriodSeconds();
    }

    Probe livenessProbe() {
        return known(container(pod).getLivenessProbe());
    }

    Probe readinessProbe() {
        return known(container(pod).getReadinessProbe());
    }

    /** Over HTTP, and with no more than a path: the port is another one here. */
    private static Probe known(Probe probe) {
        known(probe, Set.of("failureThreshold", "periodSeconds"), "httpGet", "timeoutSeconds");
        known(probe.getHttpGet(), Set.of("port"), "path");
        return probe;
    }

    /** The host's network, since one of its own would take plugins. */
    NamespaceOption namespaces() {
        return NamespaceOption.newBuilder()
                .setNetwork(NamespaceMode.NODE)
                .setPid(Boolean.TRUE.equals(pod.getHostPID()) ? NamespaceMode.NODE : NamespaceMode.CONTAINER)
                .build();
    }

    /** The container, with the metrics on any port, since the network is the host's. */
    ContainerConfig config() {
        Container container = container(pod);
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(container.getName()))
                .setImage(ImageSpec.newBuilder().setImage(container.getImage()))
                .addAllArgs(container.getArgs().stream()
                        .map(word -> word.replaceFirst("^(--metrics-bind-address)=.*", "$1=127.0.0.1:0"))
                        .toList())
                .addAllEnvs(
                        container.getEnv().stream().map(CriDaemonSet::variable).toList())
                .addAllMounts(mounts(container))
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setResources(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(memory(container)))
                        .setSecurityContext(security(container.getSecurityContext())))
                .build();
    }

    private static KeyValue variable(EnvVar variable) {
        known(variable, Set.of(), "name", "valueFrom");
        String field = variable.getValueFrom().getFieldRef().getFieldPath();
        if (!field.equals("spec.nodeName")) {
            throw new IllegalArgumentException("the field is not translated: " + field);
        }
        return KeyValue.newBuilder().setKey(variable.getName()).setValue("node").build();
    }

    private static long memory(Container container) {
        known(container.getResources(), Set.of("requests"), "limits");
        Map<String, Quantity> limits = container.getResources().getLimits();
        if (!limits.keySet().equals(Set.of("memory"))) {
            throw new IllegalArgumentException("limits: " + limits);
        }
        return Quantity.getAmountInBytes(limits.get("memory")).longValueExact();
    }

    private List<Mount> mounts(Container container) {
        List<Mount> mounts = new ArrayList<>();
        for (VolumeMount mount : container.getVolumeMounts()) {
            known(mount, Set.of(), "name", "mountPath", "readOnly");
            mounts.add(Mount.newBuilder()
                    .setContainerPath(mount.getMountPath())
                    .setHostPath(onHost(volume(mount.getName())))
                    .setReadonly(Boolean.TRUE.equals(mount.getReadOnly()))
                    .build());
        }
        if (Boolean.TRUE.equals(pod.getAutomountServiceAccountToken())) {
            mounts.add(Mount.newBuilder()
                    .setContainerPath(ACCOUNT)
                    .setHostPath(account.toString())
                    .setReadonly(true)
                    .build());
        }
        return mounts;
    }

    private Volume volume(String name) {
        return pod.getVolumes().stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String onHost(Volume volume) {
        known(volume, Set.of(), "name", "hostPath");
        HostPathVolumeSource folder = volume.getHostPath();
        known(folder, Set.of("type"), "path");
        return folder.getPath().equals("/run") ? run.toString() : folder.getPath();
    }

    private LinuxContainerSecurityContext security(SecurityContext security) {
        known(
                security,
                Set.of(),
                "appArmorProfile",
                "capabilities",
                "readOnlyRootFilesystem",
                "runAsGroup",
                "runAsUser",
                "seLinuxOptions",
                "seccompProfile");
        known(security.getCapabilities(), Set.of(), "add", "drop");
        known(security.getSeLinuxOptions(), Set.of(), "type");
        return LinuxContainerSecurityContext.newBuilder()
                .setNamespaceOptions(namespaces())
                .setCapabilities(Capability.newBuilder()
                        .addAllAddCapabilities(security.getCapabilities().getAdd())
                        .addAllDropCapabilities(security.getCapabilities().getDrop()))
                .setSelinuxOptions(SELinuxOption.newBuilder()
                        .setType(security.getSeLinuxOptions().getType()))
                .setRunAsUser(Int64Value.newBuilder().setValue(security.getRunAsUser()))
                .setRunAsGroup(Int64Value.newBuilder().setValue(security.getRunAsGroup()))
                .setReadonlyRootfs(security.getReadOnlyRootFilesystem())
                .setSeccomp(profile(security.getSeccompProfile().getType()))
                .setApparmor(profile(security.getAppArmorProfile().getType()))
                .build();
    }

    private static SecurityProfile profile(String type) {
        if (!type.equals("Unconfined")) {
            throw new IllegalArgumentException("the profile is not translated: " + type);
        }
        return SecurityProfile.newBuilder()
                .setProfileType(SecurityProfile.ProfileType.UNCONFINED)
                .build();
    }
}
