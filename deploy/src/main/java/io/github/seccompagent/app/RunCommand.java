package io.github.seccompagent.app;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.app.policy.CallsToNotify;
import io.github.seccompagent.app.policy.KeptPolicy;
import io.github.seccompagent.app.policy.PolicyWatch;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.helper.SmallContainer.LaunchException;
import io.github.seccompagent.resolver.MountPolicy;
import io.github.seccompagent.runtime.SeccompAgent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code run}: runs a program in its own small container, with an agent in this process. The exit status is
 * that of the program, or 125 if it could not be started, 126 if it could not be executed, 127 if it was not found.
 */
final class RunCommand implements Command {
    private static final int NOT_STARTED = 125;
    private static final String DEFAULT_RESOLVER = "demo-basic";
    private static final Logging.Level DEFAULT_LEVEL = Logging.Level.WARN;
    private static final String USUALLY_NOTIFIED =
            "mkdir,mkdirat,chmod,fchmodat,fchmodat2," + String.join(",", MountPolicy.SYSCALLS);

    private static final String METADATA = "metadata";
    private static final String GRANTS = "grants";
    private static final String NOTIFY = "notify";
    private static final String ROOTFS = "rootfs";

    private final CommandOptions options = PolicyOption.with(DEFAULT_RESOLVER, DEFAULT_LEVEL)
            .value(METADATA, "KEY=VALUE", "A line of the container's listenerMetadata. May be repeated.")
            .value(GRANTS, "NAME,NAME", "The grants of --policy that the container asks for.")
            .value(
                    NOTIFY,
                    "LIST",
                    "The syscalls to notify, separated by commas. Default: those that its grants need; without grants, "
                            + USUALLY_NOTIFIED)
            .value(ROOTFS, "DIR", "The command's root. Default: a throw-away overlay over the host's root");

    @Override
    public String synopsis() {
        return "seccomp-agent run [OPTION]... -- CMD...";
    }

    @Override
    public String description() {
        return """
                Runs CMD in its own small container, without a container runtime. The container has new mount, pid, uts
                and ipc namespaces and a container's default capabilities, which do not include CAP_SYS_ADMIN. An agent
                in the same process handles its notified syscalls. The exit status is that of CMD, or 125 if CMD could
                not be started, 126 if it could not be executed, 127 if it was not found.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> command) throws IOException {
        if (command.isEmpty()) {
            throw new UsageException("CMD is missing: give a command to run, as in 'seccomp-agent run -- sh'");
        }
        CommonOptions.configureLogging(options, DEFAULT_LEVEL);
        String root = root();
        PrometheusRegistry unserved = new PrometheusRegistry();
        try (PolicyWatch policy = PolicyOption.start(options, KeptPolicy.none(), false);
                Falco falco = CommonOptions.falco(options);
                SeccompAgent agent = SeccompAgent.builder()
                        .resolver(PolicyOption.resolver(
                                policy, Optional.empty(), options, DEFAULT_RESOLVER, falco, unserved))
                        .start();
                SmallContainer container = start(root, command, notified(policy))) {
            agent.attach(container.takeListener().release(), stateOf(container));
            return container.await();
        } catch (LaunchException e) {
            System.err.println("seccomp-agent: " + e.getMessage());
            return NOT_STARTED;
        }
    }

    private String root() throws IOException {
        if (!options.has(ROOTFS)) {
            return "";
        }
        Path rootfs = options.path(ROOTFS, "");
        if (!Files.isDirectory(rootfs)) {
            throw new UsageException("--rootfs " + rootfs + " is not a folder");
        }
        return rootfs.toRealPath().toString();
    }

    /** The profile of a container with the same grants notifies the same calls. */
    private List<String> notified(@Nullable PolicyWatch policy) {
        String otherwise = policy == null
                ? USUALLY_NOTIFIED
                : String.join(",", CallsToNotify.of(PolicyOption.grants(policy, options.get(GRANTS, ""))));
        return List.of(options.get(NOTIFY, otherwise.isEmpty() ? USUALLY_NOTIFIED : otherwise)
                .split(","));
    }

    private List<String> metadata() {
        List<String> lines = new ArrayList<>(options.all(METADATA));
        if (options.has(GRANTS)) {
            lines.add("GRANTS=" + options.get(GRANTS, ""));
        }
        return lines;
    }

    private SmallContainer start(String root, List<String> command, List<String> notified) throws LaunchException {
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
        return new ContainerProcessState("1.1.0", pid, String.join("\n", metadata()), state);
    }
}
