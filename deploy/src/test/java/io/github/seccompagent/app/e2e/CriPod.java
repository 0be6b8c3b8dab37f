package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.cri.ContainerConfig;
import io.github.seccompagent.app.e2e.cri.ContainerMetadata;
import io.github.seccompagent.app.e2e.cri.ContainerState;
import io.github.seccompagent.app.e2e.cri.ContainerStatus;
import io.github.seccompagent.app.e2e.cri.ContainerStatusRequest;
import io.github.seccompagent.app.e2e.cri.CreateContainerRequest;
import io.github.seccompagent.app.e2e.cri.ExecSyncRequest;
import io.github.seccompagent.app.e2e.cri.ExecSyncResponse;
import io.github.seccompagent.app.e2e.cri.ImageSpec;
import io.github.seccompagent.app.e2e.cri.Int64Value;
import io.github.seccompagent.app.e2e.cri.LinuxContainerConfig;
import io.github.seccompagent.app.e2e.cri.LinuxContainerSecurityContext;
import io.github.seccompagent.app.e2e.cri.LinuxPodSandboxConfig;
import io.github.seccompagent.app.e2e.cri.LinuxSandboxSecurityContext;
import io.github.seccompagent.app.e2e.cri.NamespaceMode;
import io.github.seccompagent.app.e2e.cri.NamespaceOption;
import io.github.seccompagent.app.e2e.cri.PodSandboxConfig;
import io.github.seccompagent.app.e2e.cri.PodSandboxMetadata;
import io.github.seccompagent.app.e2e.cri.RemovePodSandboxRequest;
import io.github.seccompagent.app.e2e.cri.RunPodSandboxRequest;
import io.github.seccompagent.app.e2e.cri.SecurityProfile;
import io.github.seccompagent.app.e2e.cri.StartContainerRequest;
import io.github.seccompagent.app.e2e.cri.StopContainerRequest;
import io.github.seccompagent.app.e2e.cri.StopPodSandboxRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A pod with one container, in the network of the host. Closing it removes both. */
final class CriPod implements AutoCloseable {
    private static final NamespaceOption NAMESPACES = NamespaceOption.newBuilder()
            .setNetwork(NamespaceMode.NODE)
            .setPid(NamespaceMode.CONTAINER)
            .build();

    private final Containerd containerd;
    private final String sandbox;
    private final String container;
    private final Path log;

    private CriPod(Containerd containerd, PodSandboxConfig config, ContainerConfig containerConfig) {
        this.containerd = containerd;
        log = Path.of(config.getLogDirectory(), containerConfig.getLogPath());
        Cleanup.atExit(this);
        sandbox = containerd
                .runtime()
                .runPodSandbox(
                        RunPodSandboxRequest.newBuilder().setConfig(config).build())
                .getPodSandboxId();
        try {
            container = containerd
                    .runtime()
                    .createContainer(CreateContainerRequest.newBuilder()
                            .setPodSandboxId(sandbox)
                            .setConfig(containerConfig)
                            .setSandboxConfig(config)
                            .build())
                    .getContainerId();
            containerd
                    .runtime()
                    .startContainer(StartContainerRequest.newBuilder()
                            .setContainerId(container)
                            .build());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts one. */
    static CriPod start(Containerd containerd, String name, NamespaceOption namespaces, ContainerConfig container) {
        String uid = UUID.randomUUID().toString();
        PodSandboxConfig config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setNamespace("default")
                        .setName(name)
                        .setUid(uid))
                .setLogDirectory(containerd.logs().toString())
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(containerd.cgroup())
                        .setSecurityContext(
                                LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(namespaces)))
                .build();
        return new CriPod(
                containerd,
                config,
                container.toBuilder().setLogPath(uid + ".log").build());
    }

    /** Starts one whose calls are notified as a profile says. Without a command it sleeps. */
    static CriPod start(Containerd containerd, String name, String containerName, Path profile, String... command) {
        return startAs(0, containerd, name, containerName, profile, command);
    }

    /** Starts one likewise, as a user of the host. */
    static CriPod startAs(
            long uid, Containerd containerd, String name, String containerName, Path profile, String... command) {
        LinuxContainerSecurityContext security = LinuxContainerSecurityContext.newBuilder()
                .setNamespaceOptions(NAMESPACES)
                .setRunAsUser(Int64Value.newBuilder().setValue(uid))
                .setSeccomp(SecurityProfile.newBuilder()
                        .setProfileType(SecurityProfile.ProfileType.LOCALHOST)
                        .setLocalhostRef(profile.toString()))
                .build();
        ContainerConfig container = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(containerName))
                .setImage(ImageSpec.newBuilder().setImage(LocalImage.NAME))
                .addAllCommand(List.of(command))
                .setLinux(LinuxContainerConfig.newBuilder().setSecurityContext(security))
                .build();
        return start(containerd, name, NAMESPACES, container);
    }

    /** Has a line of shell executed in the container. */
    Command.Result shell(String line) {
        return exec("sh", "-c", line);
    }

    /** Has a program executed in the container. */
    Command.Result exec(String... words) {
        ExecSyncResponse response = containerd
                .runtime()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(List.of(words))
                        .build());
        return new Command.Result(
                response.getExitCode(),
                response.getStdout().toStringUtf8(),
                response.getStderr().toStringUtf8());
    }

    boolean isRunning() {
        return status().getState() == ContainerState.CONTAINER_RUNNING;
    }

    /** How its first process ended. */
    int exitCode() {
        ContainerStatus status = status();
        assertThat(status.getState()).as("%s", this).isEqualTo(ContainerState.CONTAINER_EXITED);
        return status.getExitCode();
    }

    private ContainerStatus status() {
        return containerd
                .runtime()
                .containerStatus(ContainerStatusRequest.newBuilder()
                        .setContainerId(container)
                        .build())
                .getStatus();
    }

    /** Asks it to end, and kills it after some seconds. */
    void stop(long seconds) {
        containerd
                .runtime()
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(container)
                        .setTimeout(seconds)
                        .build());
    }

    /** The lines that it has written, each behind the time and the name of the stream. */
    List<String> log() {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of its cgroup. */
    Freezer freezer() {
        return Freezer.of(containerd.cgroup() + "/" + container);
    }

    @Override
    public void close() {
        containerd
                .runtime()
                .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .build());
        containerd
                .runtime()
                .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .build());
        Cleanup.done(this);
    }

    @Override
    public String toString() {
        return "container " + container;
    }
}
