package io.github.seccompagent.app.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.UnixChannels;
import io.github.seccompagent.app.e2e.cri.RuntimeServiceGrpc;
import io.github.seccompagent.app.e2e.cri.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.grpc.ManagedChannel;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A containerd of the tests' own, which runs pods as a kubelet has it run them: through its CRI socket. */
final class Containerd implements AutoCloseable {
    private static final int SECONDS = 60;

    private final TempFolder folder = TempFolder.create();
    private final Process process;
    private final ManagedChannel channel;

    private Containerd() {
        Cleanup.atExit(this);
        try {
            Path config = Files.writeString(folder.resolve("config.toml"), config());
            process = new ProcessBuilder(
                            Command.find("containerd").toString(), "--config=" + config, "--log-level=warn")
                    .redirectErrorStream(true)
                    .redirectOutput(log())
                    .start();
            channel = UnixChannels.to(socket());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Containerd start() {
        Containerd containerd = new Containerd();
        try {
            Await.until("containerd, see " + containerd.log())
                    .until(() -> !containerd.process.isAlive() || Files.exists(containerd.socket()));
            LocalImage.write(containerd.folder.path());
            containerd.importImage(containerd.folder.resolve(LocalImage.ARCHIVE));
            return containerd;
        } catch (RuntimeException | AssertionError e) {
            containerd.close();
            throw e;
        }
    }

    /**
     * Without a network of the pods' own, since that would take plugins; and without what a machine may lack: overlays on
     * overlays, AppArmor, the right to lower oom_score_adj.
     */
    private String config() {
        return """
                version = 2
                root = "%1$s/root"
                state = "%1$s/state"
                [grpc]
                  address = "%1$s/containerd.sock"
                [plugins."io.containerd.internal.v1.opt"]
                  path = "%1$s/opt"
                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "%2$s"
                  restrict_oom_score_adj = true
                  disable_apparmor = true
                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    snapshotter = "native"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                      runtime_type = "io.containerd.runc.v2"
                """.formatted(folder.path(), LocalImage.NAME);
    }

    private Path socket() {
        return folder.resolve("containerd.sock");
    }

    private File log() {
        return folder.resolve("log").toFile();
    }

    /** An image in the form of {@code docker save}. */
    void importImage(Path archive) {
        Command.run("ctr", "--address=" + socket(), "--namespace=k8s.io", "image", "import", archive.toString())
                .orFail();
    }

    /** The cgroup that those of pods are in, below the root of each hierarchy. */
    String cgroup() {
        return "/e2e-containerd-" + process.pid();
    }

    /** Where containers' logs are. */
    Path logs() {
        return folder.path();
    }

    /** What a kubelet talks to. */
    RuntimeServiceBlockingStub runtime() {
        return RuntimeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    }

    /** A profile for a pod to be given. */
    Path profile(String name, Path listener, List<String> calls, String... metadata) {
        Map<String, Object> profile = Map.of(
                "defaultAction", "SCMP_ACT_ALLOW",
                "listenerPath", listener.toString(),
                "listenerMetadata", String.join("\n", metadata),
                "architectures", List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"),
                "syscalls", List.of(Map.of("action", "SCMP_ACT_NOTIFY", "names", calls)));
        Path file = folder.resolve(name + ".json");
        try {
            new ObjectMapper().writeValue(file.toFile(), profile);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        process.toHandle().destroy();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("containerd does not end");
            }
            Cgroup.removeAll(cgroup());
            folder.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            Cleanup.done(this);
        }
    }

    @Override
    public String toString() {
        return "containerd " + process.pid();
    }
}
