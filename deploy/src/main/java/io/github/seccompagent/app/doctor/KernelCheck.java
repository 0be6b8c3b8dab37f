package io.github.seccompagent.app.doctor;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.linux.Requirements;
import java.util.List;
import java.util.Optional;

/** Whether an agent would start here, as the agent itself finds out. */
final class KernelCheck implements Check {
    private static final String START = "start";

    private final Self self;

    KernelCheck(Self self) {
        this.self = self;
    }

    @Override
    public List<Finding> look() {
        String kernel = "Linux " + System.getProperty("os.version") + " on " + System.getProperty("os.arch");
        return List.of(Found.ok("kernel", kernel), start());
    }

    private Finding start() {
        Optional<String> missing = Requirements.missing();
        if (missing.isEmpty()) {
            return Found.ok(START, "this process could start an agent");
        }
        if (self.isOrdinaryUser()) {
            return Found.unknown(START, "whether an agent could start here was not tried", self.lack(), Self.remedy());
        }
        String[] parts = missing.get().split(": ", 2);
        return Found.error(
                START,
                "this process could not start an agent: " + parts[0],
                "without an agent, no container with a notifying profile starts",
                parts.length > 1 ? parts[1] : "");
    }
}
