package io.github.seccompagent.app;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.SmallContainer;
import io.github.seccompagent.linux.SmallContainer.LaunchException;
import io.github.seccompagent.runtime.SeccompAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command in a small container of its own, with an agent in this process. */
@Command(
        name = "run",
        description = {
            "Runs a command in a small container of its own, with no need for a container runtime: new mount, pid, uts and"
                    + " ipc namespaces, a container's default capabilities, no CAP_SYS_ADMIN. Its notified syscalls go to"
                    + " an agent in the same process.",
            "Exits with the command's status; 125 if it could not be started, 126 or 127 if it could not be executed or"
                    + " found."
        })
final class RunCommand implements Callable<Integer> {
    private static final int NOT_STARTED = 125;
    private static final String USUALLY_NOTIFIED = "mkdir,mkdirat,chmod,fchmodat,fchmodat2,mount,umount,umount2,fsopen,"
            + "fsconfig,fsmount,fspick,move_mount,open_tree,open_tree_attr,mount_setattr";

    @Mixin
    private final CommonOptions common = new CommonOptions(Logging.Level.WARN);

    @Option(
            names = "--resolver",
            paramLabel = "NAME",
            description =
                    "Who chooses the handlers: none, demo-basic, metadata, pass-through. Default: ${DEFAULT-VALUE}")
    private String resolver = "demo-basic";

    @Option(
            names = "--metadata",
            paramLabel = "KEY=VALUE",
            description = "A line of the container's listenerMetadata. May be repeated.")
    private List<String> metadata = new ArrayList<>();

    @Option(
            names = "--notify",
            paramLabel = "LIST",
            split = ",",
            description = "The syscalls to notify, separated by commas." + " Default: " + USUALLY_NOTIFIED)
    private List<String> notified = new ArrayList<>(List.of(USUALLY_NOTIFIED.split(",")));

    @Option(
            names = "--rootfs",
            paramLabel = "DIR",
            description = "The command's root. Default: a throw-away overlay over the host's")
    private @Nullable Path rootfs;

    @Parameters(arity = "1..*", paramLabel = "CMD", description = "The command and its arguments.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        if (rootfs != null && !Files.isDirectory(rootfs)) {
            throw new UsageException("--rootfs " + rootfs + " is no folder");
        }
        common.configureLogging();
        try (SeccompAgent agent = SeccompAgent.builder()
                        .resolver(CommonOptions.resolver(resolver))
                        .start();
                SmallContainer container = start()) {
            agent.attach(container.takeListener(), stateOf(container));
            return container.await();
        } catch (LaunchException e) {
            System.err.println("seccomp-agent: " + e.getMessage());
            return NOT_STARTED;
        }
    }

    private SmallContainer start() throws LaunchException, IOException {
        String root = rootfs == null ? "" : rootfs.toRealPath().toString();
        try {
            return SmallContainer.start(new SmallContainer.Command(
                    root,
                    "seccomp-agent",
                    Path.of("").toAbsolutePath().toString(),
                    command,
                    System.getenv(),
                    notified));
        } catch (ErrnoException e) {
            throw new UsageException("--notify: " + e.getMessage());
        }
    }

    private ContainerProcessState stateOf(SmallContainer container) {
        int pid = container.pid();
        ContainerProcessState.Container state =
                new ContainerProcessState.Container("run-" + pid, "creating", pid, "", Map.of());
        return new ContainerProcessState("1.1.0", pid, String.join("\n", metadata), state);
    }
}
