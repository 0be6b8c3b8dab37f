package io.github.seccompagent.app.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A container of the agent's image, as a pod of a DaemonSet has it: the host's network and pids, a root that nobody writes
 * to, the capabilities of the manifest. {@link #folder} is the one place that it shares with the host. Closing it kills it.
 */
final class ImageContainer implements AutoCloseable {
    private static final List<String> CAPABILITIES = CriDaemonSet.capabilities();

    private final TempFolder folder = TempFolder.create();
    private final TempFolder bundle = TempFolder.create();
    private final Path rootfs;
    private List<String> environment = List.of();
    private List<String> namespaces = List.of("mount", "ipc", "uts");

    /** @param rootfs what is in the image, which stays as it is */
    ImageContainer(Path rootfs) {
        this.rootfs = rootfs;
        Cleanup.atExit(this);
    }

    ImageContainer environment(List<String> variables) {
        environment = variables;
        return this;
    }

    /** Does not share the host's pids, so its first process is process 1. */
    ImageContainer ownPids() {
        namespaces = Command.concat(namespaces, List.of("pid"));
        return this;
    }

    /** The shared folder, which has the same path in the container. */
    TempFolder folder() {
        return folder;
    }

    /** Starts the agent in it, and waits until it listens. */
    AgentProcess startAgent(List<String> entrypoint, String resolver, String... options) {
        return AgentProcess.startBy(
                words -> call(Command.concat(entrypoint, words)), folder.resolve("agent.socket"), resolver, options);
    }

    /** The call of the runtime that runs {@code words} in it in the foreground, and passes on signals. */
    List<String> call(List<String> words) {
        try {
            Files.write(bundle.resolve("config.json"), new ObjectMapper().writeValueAsBytes(config(words)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return runtime("run", "--bundle=" + bundle.path(), id());
    }

    private List<String> runtime(String... arguments) {
        return OciRuntime.RUNC.call(bundle.path(), List.of(arguments));
    }

    private String id() {
        return bundle.path().getFileName().toString();
    }

    private Map<String, Object> config(List<String> words) {
        return Map.of(
                "ociVersion", "1.0.2",
                "process", process(words),
                "root", Map.of("path", rootfs.toString(), "readonly", true),
                "mounts", mounts(),
                "linux",
                        Map.of(
                                "namespaces",
                                namespaces.stream()
                                        .map(type -> Map.of("type", type))
                                        .toList()));
    }

    private Map<String, Object> process(List<String> words) {
        return Map.of(
                "cwd",
                "/",
                "args",
                words,
                "env",
                environment,
                "user",
                Map.of("uid", 0, "gid", 0),
                "capabilities",
                Map.of("bounding", CAPABILITIES, "effective", CAPABILITIES, "permitted", CAPABILITIES));
    }

    private List<Map<String, Object>> mounts() {
        String shared = folder.path().toString();
        return Stream.of(
                        List.of("/proc", "proc", "proc"),
                        List.of("/dev", "tmpfs", "tmpfs"),
                        List.of("/tmp", "tmpfs", "tmpfs"),
                        List.of("/sys", "sysfs", "sysfs", "ro"),
                        // For machines that let nobody look at process 1, through which the agent finds them otherwise.
                        List.of("/sys/fs/cgroup", "bind", "/sys/fs/cgroup", "rbind"),
                        List.of(shared, "bind", shared, "bind"))
                .map(ImageContainer::mount)
                .toList();
    }

    private static Map<String, Object> mount(List<String> words) {
        return Map.of(
                "destination", words.get(0),
                "type", words.get(1),
                "source", words.get(2),
                "options", new ArrayList<>(words.subList(3, words.size())));
    }

    @Override
    public void close() {
        Command.run(runtime("delete", "--force", id()));
        try (folder) {
            bundle.close();
        } finally {
            Cleanup.done(this);
        }
    }

    @Override
    public String toString() {
        return "container " + id();
    }
}
