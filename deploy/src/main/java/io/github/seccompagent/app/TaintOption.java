package io.github.seccompagent.app;

import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The option {@code --remove-taint}. */
final class TaintOption {
    private static final String REMOVE_TAINT = "remove-taint";
    private static final String NODE_NAME = "NODE_NAME";
    private static final Duration API_DEADLINE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Pattern KEY =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    private TaintOption() {}

    static CommandOptions addTo(CommandOptions options) {
        return options.value(
                REMOVE_TAINT,
                "KEY",
                "Take the taint KEY off the agent's own node of Kubernetes when the agent serves, and with --nri when"
                        + " the runtime asks it. So pods that need the agent can wait for it. The environment variable"
                        + " NODE_NAME names the node. Default: no taint");
    }

    /** Takes a taint off, once there is something to wait for. */
    @FunctionalInterface
    interface Remover {
        StartupTaint removeAfter(StartupTaint.Condition condition);
    }

    /**
     * What takes the taint off that the options name.
     *
     * @throws UsageException if nothing can
     */
    static Optional<Remover> remover(CommandOptions options, Map<String, String> environment) {
        if (!options.has(REMOVE_TAINT)) {
            return Optional.empty();
        }
        String key = options.get(REMOVE_TAINT, "");
        if (!KEY.matcher(key).matches()) {
            throw new UsageException("--" + REMOVE_TAINT + ": '" + Printable.of(key)
                    + "' is no key of a taint: give one such as seccomp-agent.io/not-ready");
        }
        String node = environment.getOrDefault(NODE_NAME, "");
        if (node.isEmpty()) {
            throw new UsageException("--" + REMOVE_TAINT + " needs the environment variable " + NODE_NAME
                    + ": set it to the name of this node, as deploy/kubernetes/daemonset.yaml does");
        }
        KubernetesApi api = KubernetesApi.inCluster(environment, API_DEADLINE)
                .orElseThrow(() -> new UsageException("--" + REMOVE_TAINT
                        + " works in a pod of Kubernetes only: KUBERNETES_SERVICE_HOST is not set"));
        return Optional.of(condition -> StartupTaint.removeAfter(condition, api, node, key, FIRST_PAUSE));
    }
}
