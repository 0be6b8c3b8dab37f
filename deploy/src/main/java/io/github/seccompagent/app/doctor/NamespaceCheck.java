package io.github.seccompagent.app.doctor;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.linux.helper.KernelFeature;
import io.github.seccompagent.linux.helper.KernelTrial;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which kinds of namespaces can be made. */
final class NamespaceCheck implements Check {
    private static final String ID = "namespaces";
    private static final String SUFFIX = "_NAMESPACE";

    private final Self self;
    private final KernelTrial trial;

    private record Kind(KernelFeature feature, Severity severity, String why) {
        String label() {
            return feature.name().replace(SUFFIX, "").toLowerCase(Locale.ROOT);
        }
    }

    private static final String WORKERS = "the workers of the agent live in such namespaces, so no agent starts";
    private static final List<Kind> KINDS = List.of(
            new Kind(KernelFeature.MOUNT_NAMESPACE, Severity.ERROR, WORKERS),
            new Kind(KernelFeature.NETWORK_NAMESPACE, Severity.ERROR, WORKERS),
            new Kind(KernelFeature.IPC_NAMESPACE, Severity.ERROR, WORKERS),
            new Kind(KernelFeature.UTS_NAMESPACE, Severity.ERROR, WORKERS),
            new Kind(KernelFeature.PID_NAMESPACE, Severity.ERROR, "runtimes and 'run' cannot make containers"),
            new Kind(
                    KernelFeature.USER_NAMESPACE,
                    Severity.WARNING,
                    "containers cannot have users of their own, and covers are not locked"),
            new Kind(KernelFeature.CGROUP_NAMESPACE, Severity.NOTE, "containers see the cgroups of the machine"),
            new Kind(KernelFeature.TIME_NAMESPACE, Severity.NOTE, "containers cannot have clocks of their own"));

    NamespaceCheck(Self self, KernelTrial trial) {
        this.self = self;
        this.trial = trial;
    }

    @Override
    public List<Finding> look() {
        List<String> well = new ArrayList<>();
        List<String> untried = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (Kind kind : KINDS) {
            Optional<Errno> failure = trial.failure(kind.feature);
            if (failure.isEmpty()) {
                well.add(kind.label());
            } else if (failure.get() == Errno.EPERM && !self.isAdministrator()) {
                untried.add(kind.label());
            } else {
                findings.add(failed(kind, failure.get()));
            }
        }
        if (!untried.isEmpty()) {
            String what = "namespaces of these kinds were not tried: " + String.join(", ", untried);
            findings.add(0, Found.unknown(ID, what, self.lack(), Self.remedy()));
        }
        if (!well.isEmpty()) {
            findings.add(0, Found.ok(ID, "namespaces of these kinds can be made: " + String.join(", ", well)));
        }
        return findings;
    }

    private static Finding failed(Kind kind, Errno errno) {
        String name = kind.label();
        String fix = errno == Errno.ENOSPC
                ? "raise the sysctl user.max_*_namespaces of this kind, or end what uses so many"
                : "use a kernel that has them, and a policy that allows them";
        return new Finding(
                ID + "-" + name,
                kind.severity,
                "a " + name + " namespace cannot be made (" + errno + ")",
                kind.why,
                kind.severity == Severity.NOTE ? "" : fix);
    }
}
