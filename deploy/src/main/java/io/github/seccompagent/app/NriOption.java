package io.github.seccompagent.app;

import io.github.seccompagent.app.nri.Adjuster;
import io.github.seccompagent.app.nri.NodeKey;
import io.github.seccompagent.app.nri.Nri;
import io.github.seccompagent.app.policy.PolicyWatch;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.peer.ListeningSocket;
import io.github.seccompagent.resolver.policy.Seal;
import io.github.seccompagent.runtime.AttachedContainer;
import io.github.seccompagent.runtime.SeccompAgent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The option {@code --nri}. */
final class NriOption {
    private static final String NRI = "nri";
    private static final String WAIT_KILLABLE = "nri-wait-killable";

    private NriOption() {}

    static CommandOptions addTo(CommandOptions options) {
        return options.value(
                        NRI,
                        "PATH",
                        "The socket at which containerd 2.2 or CRI-O 1.34, or newer, takes plugins (NRI), such as"
                                + " /var/run/nri/nri.sock. Pods then ask for grants of the policy with the annotation"
                                + " seccomp-agent.io/grants, and need no profile. Needs --policy. Default: none")
                .flag(
                        WAIT_KILLABLE,
                        "The OCI runtimes that are used with --nri know SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, so that"
                                + " signals do not interrupt notified calls. 'seccomp-agent doctor' says if they do.");
    }

    /** What opens seals, and makes them with {@code --nri}. It stays the same when the agent is started again. */
    static Optional<Seal> seal(CommandOptions options, @Nullable PolicyWatch policy, Path socket) {
        if (!options.has(NRI)) {
            return policy == null
                    ? Optional.empty()
                    : NodeKey.besideSocket(socket).seal();
        }
        if (policy == null) {
            throw new UsageException("--" + NRI + " needs --policy: it says what pods may have");
        }
        int length = options.get(NRI, "").getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > ListeningSocket.SUN_PATH_MAX) {
            throw new UsageException("--" + NRI + ": a path of a socket has 1 to " + ListeningSocket.SUN_PATH_MAX
                    + " bytes, and this one has " + length);
        }
        return Optional.of(NodeKey.besideSocket(socket).sealOrMake());
    }

    /** Begins to answer a runtime; null if nobody asked for that. */
    static @Nullable Nri start(
            CommandOptions options,
            @Nullable PolicyWatch policy,
            Optional<Seal> seal,
            Path socket,
            SeccompAgent agent,
            PrometheusRegistry metrics) {
        if (!options.has(NRI) || policy == null || seal.isEmpty()) {
            return null;
        }
        Adjuster adjuster = new Adjuster(
                policy, seal.get(), socket.toAbsolutePath().normalize().toString(), options.has(WAIT_KILLABLE));
        return Nri.start(
                options.path(NRI, ""),
                adjuster,
                () -> agent.attached().stream().map(AttachedContainer::id).collect(Collectors.toSet()),
                new NriMetrics(metrics));
    }
}
