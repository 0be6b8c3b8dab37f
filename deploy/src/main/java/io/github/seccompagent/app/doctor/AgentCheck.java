package io.github.seccompagent.app.doctor;

import io.github.seccompagent.app.report.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a running agent says of itself at its metrics address. */
final class AgentCheck implements Check {
    private static final String ID = "agent-metrics";
    private static final String READY = "agent-ready";
    private static final String COUNTER = "agent-counter-";
    private static final String PREFIX = "seccompagent_";
    private static final String ERROR = PREFIX + "errors_total{reason=\"";
    private static final String ERROR_END = "\"}";
    private static final int OK = 200;
    private static final int MOST_LINE = 1024;

    private final MetricsClient client;
    private final boolean wanted;

    /** @param wanted whether somebody has asked for just this address */
    AgentCheck(MetricsClient client, boolean wanted) {
        this.client = client;
        this.wanted = wanted;
    }

    @Override
    public List<Finding> look() {
        MetricsClient.Page metrics;
        MetricsClient.Page ready;
        try {
            metrics = client.get("/metrics");
            ready = client.get("/readyz");
        } catch (IOException e) {
            return List.of(noMetrics("nobody serves metrics at " + client, String.valueOf(e.getMessage())));
        }
        Map<String, Double> values = values(metrics.text());
        if (metrics.status() != OK || !values.containsKey(PREFIX + "active_listeners")) {
            return List.of(noMetrics("what answers at " + client + " is no agent", "HTTP status " + metrics.status()));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(ready(ready));
        findings.add(Found.ok(ID, containers(values)));
        findings.addAll(counters(values));
        return findings;
    }

    private Finding noMetrics(String what, String reason) {
        String why = "the containers and counters of an agent were not looked at: " + reason;
        String fix = "name the agent's --metrics-bind-address with --metrics-address";
        return wanted ? Found.unknown(ID, what, why, fix) : Found.note(ID, what, why, fix);
    }

    private Finding ready(MetricsClient.Page page) {
        if (page.status() == OK) {
            return Found.ok(READY, "the agent at " + client + " is ready: it answers its own trial");
        }
        String reason = page.text().strip();
        return Found.error(
                READY,
                "the agent at " + client + " is not ready: "
                        + reason.substring(0, Math.min(reason.length(), MOST_LINE)),
                "a notified call of its own got no answer, so those of containers get none either",
                "read the log of the agent, and start it again if it hangs");
    }

    private static String containers(Map<String, Double> values) {
        return "containers: " + number(values, "containers{state=\"served\"}") + " served, "
                + number(values, "containers{state=\"resolving\"}") + " resolving, "
                + number(values, "containers{state=\"refused\"}") + " refused; "
                + number(values, "active_listeners") + " listeners, "
                + number(values, "calls_in_flight") + " calls in flight";
    }

    private static long number(Map<String, Double> values, String name) {
        return values.getOrDefault(PREFIX + name, 0.0).longValue();
    }

    /** The counters of what should never happen. */
    private static List<Finding> counters(Map<String, Double> values) {
        List<Finding> findings = new ArrayList<>();
        values.forEach((name, value) -> {
            if (name.startsWith(ERROR) && name.endsWith(ERROR_END) && value != 0) {
                findings.add(raised(name.substring(ERROR.length(), name.length() - ERROR_END.length()), value));
            }
        });
        for (String other : List.of("hung_workers", "delays_left_out_total", "falco_events_dropped_total")) {
            if (number(values, other) != 0) {
                findings.add(raised(other.replace("_total", ""), (double) number(values, other)));
            }
        }
        if (findings.isEmpty()) {
            findings.add(Found.ok("agent-counters", "the counters of what went wrong are all 0"));
        }
        return findings;
    }

    private static Finding raised(String reason, double value) {
        CounterMeaning meaning = CounterMeaning.of(reason);
        return Found.warning(
                COUNTER + reason.toLowerCase(Locale.ROOT).replace('_', '-'),
                "the agent has counted " + (long) value + " " + reason.replace('_', ' '),
                meaning.why(),
                meaning.fix());
    }

    /** The values by name and labels. A line that is no such thing does not count. */
    static Map<String, Double> values(String text) {
        Map<String, Double> values = new TreeMap<>();
        text.lines()
                .filter(line -> line.startsWith(PREFIX) && line.length() <= MOST_LINE)
                .forEach(line -> {
                    int space = line.lastIndexOf(' ');
                    try {
                        values.put(line.substring(0, Math.max(space, 0)), Double.valueOf(line.substring(space + 1)));
                    } catch (NumberFormatException e) {
                        // no value
                    }
                });
        return values;
    }
}
