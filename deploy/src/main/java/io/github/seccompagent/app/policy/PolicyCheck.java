package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.Policy;
import io.github.seccompagent.resolver.policy.Problem;
import java.nio.file.Path;
import java.util.List;

/** Says what is wrong with policies. */
public final class PolicyCheck {
    private PolicyCheck() {}

    /**
     * Checks files.
     *
     * @throws UsageException if there is only one file, and it cannot be read
     */
    public static Report of(List<Path> files) {
        Report report = new Report();
        for (Path file : files) {
            try {
                check(file, report);
            } catch (UsageException e) {
                if (files.size() == 1) {
                    throw e;
                }
                report.add(new Finding("unreadable", Severity.UNKNOWN, String.valueOf(e.getMessage()), "", ""));
            }
        }
        return report;
    }

    private static void check(Path file, Report report) {
        PolicyFile read = PolicyFile.read(file);
        read.findings().forEach(report::add);
        if (read.findings().stream().noneMatch(each -> each.severity() == Severity.ERROR)) {
            report.add(summary(read));
        }
    }

    private static Finding summary(PolicyFile read) {
        Policy policy = read.policy();
        long rules = policy.grants().values().stream()
                .mapToLong(grant -> grant.rules().size())
                .sum();
        return new Finding(
                "checked",
                Severity.OK,
                "checked: grants: " + policy.grants().size() + ", rules: " + rules + ", entries of access: "
                        + policy.access().size() + ", metadata gives "
                        + (policy.metadataGrants() ? "what it says" : "nothing"),
                "",
                "",
                read.places().of(new Problem.Place(Problem.Part.POLICY, "", -1, "", "")));
    }
}
