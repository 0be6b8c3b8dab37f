package io.github.seccompagent.app.doctor;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.linux.helper.KernelFeature;
import io.github.seccompagent.linux.helper.KernelTrial;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What came of trying the kernel. */
final class FeatureCheck implements Check {
    private static final String FOREIGN = "foreign-listener";
    private static final Set<Errno> NOT_THERE =
            EnumSet.of(Errno.ENOSYS, Errno.EINVAL, Errno.ENOTTY, Errno.ENOPROTOOPT, Errno.EOPNOTSUPP, Errno.ENODEV);
    private static final Set<Errno> FORBIDDEN = EnumSet.of(Errno.EPERM, Errno.EACCES);

    private final Self self;
    private final KernelTrial trial;

    FeatureCheck(Self self, KernelTrial trial) {
        this.self = self;
        this.trial = trial;
    }

    @Override
    public List<Finding> look() {
        List<Finding> findings = new ArrayList<>(listener());
        Feature.OTHERS.forEach(feature -> findings.add(finding(feature)));
        return findings;
    }

    private List<Finding> listener() {
        Optional<Errno> failure = trial.failure(KernelFeature.LISTENER);
        if (failure.equals(Optional.of(Errno.EBUSY))) {
            return List.of(
                    Found.ok(Feature.LISTENER.id(), Feature.LISTENER.name() + ": works, and somebody uses it already"),
                    Found.error(
                            FOREIGN,
                            "the filters of this process have a listener already, of another agent (EBUSY)",
                            "all filters of a process can have one listener only: containers that are started from"
                                    + " here with a notifying profile fail with EBUSY",
                            "start runtimes and the agent outside of this container or session, or turn off what gave"
                                    + " it the listener: a profile with SCMP_ACT_NOTIFY, or WSL 2's mirrored"
                                    + " networking"));
        }
        Finding itself = finding(Feature.LISTENER);
        return failure.isPresent()
                ? List.of(itself)
                : List.of(itself, Found.ok(FOREIGN, "no filter of this process has a listener"));
    }

    private Finding finding(Feature feature) {
        if (trial.works(feature.kernel())) {
            return Found.ok(feature.id(), feature.name() + ": works");
        }
        return trial.failure(feature.kernel())
                .map(errno -> failed(feature, errno))
                .orElseGet(() -> notTried(feature));
    }

    private Finding notTried(Feature feature) {
        return Found.unknown(
                feature.id(),
                feature.name() + ": was not tried",
                self.isAdministrator() ? "something that it needs does not work, see above" : self.lack(),
                self.isAdministrator() ? "do what is said there, and run the doctor again" : Self.remedy());
    }

    private Finding failed(Feature feature, Errno errno) {
        if (FORBIDDEN.contains(errno)) {
            return self.isAdministrator() ? forbidden(feature, errno) : notTried(feature);
        }
        String what = NOT_THERE.contains(errno)
                ? "this kernel lacks " + feature.name() + " (" + errno + "), which came with Linux " + feature.since()
                : feature.name() + ": does not work (" + errno + ")";
        String newer = "use a kernel that has it";
        String fix = feature.fix().isEmpty() ? newer : newer + ", or " + feature.fix();
        return new Finding(
                feature.id(), feature.severity(), what, feature.why(), feature.severity() == Severity.NOTE ? "" : fix);
    }

    private static Finding forbidden(Feature feature, Errno errno) {
        String policy = "run the agent without a seccomp profile and unconfined by AppArmor and SELinux";
        return new Finding(
                feature.id(),
                feature.severity(),
                feature.name() + ": is forbidden here (" + errno + ")",
                feature.why(),
                feature.fix().isEmpty() ? policy : policy + "; " + feature.fix());
    }
}
