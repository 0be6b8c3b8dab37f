package io.github.seccompagent.app.e2e.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.RootFs;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A container of podman and crun, with the profile that a pod would have. */
class PodmanIT {
    private static final String NAME = "e2e";
    private static final String PROFILE = """
            {"defaultAction": "SCMP_ACT_ALLOW",
             "listenerPath": "%s",
             "listenerMetadata": "MKDIR_TMPL=-{{.Namespace}}-{{.Pod}}-{{.Container}}\\nMOUNT_PROC=true",
             "syscalls": [{"action": "SCMP_ACT_NOTIFY", "names": ["openat", "open", "mkdir", "mount", "execve"]}]}
            """;

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("kubernetes");

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    /** Its state is in the folder. It needs no more than any machine has. */
    private Command.Result podman(String... words) {
        List<String> call = Command.concat(
                OciRuntime.withCgroupV2(),
                List.of(
                        Command.find("podman").toString(),
                        "--root=" + folder.resolve("storage"),
                        "--runroot=" + folder.resolve("run"),
                        "--tmpdir=" + folder.resolve("tmp"),
                        "--storage-driver=vfs",
                        "--events-backend=none",
                        "--cgroup-manager=cgroupfs",
                        "--runtime=" + Command.find("crun")));
        return Command.run(Command.concat(call, List.of(words)));
    }

    @Test
    void itsContainersAreServed() throws IOException {
        Path rootfs = folder.resolve("rootfs");
        RootFs.createAt(rootfs);
        Path profile = Files.writeString(folder.resolve("profile.json"), PROFILE.formatted(agent.socket()));
        try {
            podman(
                            "run",
                            "--detach",
                            "--name=" + NAME,
                            "--network=host",
                            "--cgroups=disabled",
                            "--ulimit=nofile=1024:1024",
                            "--ulimit=nproc=1024:1024",
                            "--annotation=io.kubernetes.pod.namespace=shop",
                            "--annotation=io.kubernetes.pod.name=cart",
                            "--annotation=io.kubernetes.container.name=web",
                            "--security-opt=seccomp=" + profile,
                            "--rootfs",
                            rootfs.toString(),
                            "sleep",
                            "1000000")
                    .orFail();
            podman("exec", NAME, "sh", "-c", "mkdir /abc; mount -t proc proc /root")
                    .orFail();
            assertThat(rootfs.resolve("abc-shop-cart-web")).isDirectory();
            assertThat(podman("exec", NAME, "cat", "/root/1/comm").orFail()).isEqualTo("sleep");
        } finally {
            podman("rm", "--force", "--time=0", NAME);
            // After the container and after the exec, conmon starts a podman that cleans up in the folder.
            Await.until("the end of podman's own processes")
                    .until(() -> ProcessHandle.allProcesses().noneMatch(this::isInFolder));
        }
    }

    private boolean isInFolder(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains(folder.path().toString());
    }
}
