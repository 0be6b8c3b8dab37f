package io.github.seccompagent.app.doctor;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.linux.helper.KernelTrial;
import io.github.seccompagent.linux.helper.ListenerProbe.ListeningProcess;
import io.github.seccompagent.linux.process.ThreadStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Looks at everything that an agent needs, and at an agent that runs. It changes nothing: whatever cannot be taken back
 * is tried in processes that end.
 */
public final class Doctor {
    private static final String THIS = "this process";

    private final Path socket;
    private final InetSocketAddress metrics;
    private final boolean wantsMetrics;
    private final Report report = new Report();
    private final Self self = Self.now();

    /**
     * @param socket the agent's socket
     * @param metrics where the agent serves its metrics
     * @param wantsMetrics whether it is a fault if it does not serve them there
     */
    public Doctor(Path socket, InetSocketAddress metrics, boolean wantsMetrics) {
        this.socket = socket;
        this.metrics = metrics;
        this.wantsMetrics = wantsMetrics;
    }

    /** Looks, which takes seconds at most. */
    public Report examine() {
        add("kernel", new KernelCheck(self));
        add("notify", () -> {
            KernelTrial trial = KernelTrial.run();
            add("notify", new FeatureCheck(self, trial));
            return new NamespaceCheck(self, trial).look();
        });
        add("seccomp", new SeccompCheck());
        add(
                "runtime",
                new RuntimeCheck(Optional.ofNullable(System.getenv("PATH")).orElse("/usr/sbin:/usr/bin")));
        SocketCheck atSocket = new SocketCheck(socket, self);
        add("socket", atSocket);
        addPrivileges(atSocket.agent());
        add("agent", new AgentCheck(new MetricsClient(metrics), wantsMetrics));
        return report;
    }

    /** An agent that runs counts more than this process, which may have been started in another way. */
    private void addPrivileges(Optional<ListeningProcess> agent) {
        String who = agent.map(process -> "the agent (process " + process.pid() + ")")
                .orElse(THIS);
        String process = agent.map(running -> Integer.toString(running.pid())).orElse("self");
        if (agent.isEmpty() && self.isOrdinaryUser()) {
            report.add(CapabilityCheck.notLooked(self));
        } else {
            add("capabilities", () -> {
                long capabilities = agent.map(
                                running -> ThreadStatus.of(running.pid()).effectiveCapabilities())
                        .orElse(self.capabilities());
                return new CapabilityCheck(who, capabilities).look();
            });
        }
        add("lsm", new LsmCheck(who, process));
    }

    private void add(String id, Check check) {
        try {
            check.look().forEach(report::add);
        } catch (IOException | ErrnoException e) {
            addFailure(id, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // the other checks are of use all the same
            addFailure(id, e.toString());
        }
    }

    private void addFailure(String id, String reason) {
        String what = "the part '" + id + "' could not be looked at";
        report.add(Found.unknown(id, what, reason.replaceAll("\\s+", " "), Self.remedy()));
    }
}
