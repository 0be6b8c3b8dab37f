package io.github.seccompagent.app.doctor;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.linux.Requirements;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The capabilities that an agent uses, and what does not work without each. */
final class CapabilityCheck implements Check {
    private static final String ID = "capabilities";
    private static final String COUNTED =
            "no call on behalf needs it, but each caller that has it is counted as an error";
    private static final Map<Capability, Loss> LOSSES = new EnumMap<>(Capability.class);

    private final String who;
    private final long capabilities;

    private record Loss(Severity severity, String why) {}

    static {
        uses(Capability.CAP_SYS_ADMIN, "it allows listeners, the namespaces of callers and mounts");
        uses(Capability.CAP_SYS_PTRACE, "memory, root, directories and descriptors of callers cannot be read");
        uses(Capability.CAP_KILL, "workers that have become another user, and containers, cannot be ended");
        uses(Capability.CAP_SYS_CHROOT, "a worker cannot take on a caller's root: all calls on behalf fail with EIO");
        uses(Capability.CAP_SETUID, "a worker cannot take on a caller's user ids: calls on behalf fail with EIO");
        uses(Capability.CAP_SETGID, "a worker cannot take on a caller's group ids: calls on behalf fail with EIO");
        uses(Capability.CAP_SETPCAP, "a worker cannot keep capabilities with a caller's ids: calls fail with EIO");
        uses(Capability.CAP_DAC_OVERRIDE, "descriptors and cgroups of callers of other users cannot be opened");
        lessWithout(Capability.CAP_MKNOD, "granted device nodes fail, and masks are empty files");
        lessWithout(Capability.CAP_NET_ADMIN, "callers in very many groups, or that open network sysctls, may fail");
        lessWithout(Capability.CAP_SYS_NICE, "a busy machine refuses a runtime now and then, and its container fails");
        callersLose(Capability.CAP_CHOWN, "chown");
        callersLose(Capability.CAP_FOWNER, "chmod, extended attributes and sticky folders of other owners");
        callersLose(Capability.CAP_FSETID, "chmod that keeps setgid");
        callersLose(Capability.CAP_SETFCAP, "file capabilities");
        callersLose(Capability.CAP_DAC_READ_SEARCH, "folders that others may not search");
        lessWithout(Capability.CAP_AUDIT_WRITE, COUNTED);
        lessWithout(Capability.CAP_NET_BIND_SERVICE, COUNTED);
        lessWithout(Capability.CAP_NET_RAW, COUNTED);
    }

    /**
     * @param who whose they are, as the subject of a sentence
     * @param capabilities effective ones
     */
    CapabilityCheck(String who, long capabilities) {
        this.who = who;
        this.capabilities = capabilities;
    }

    private static void uses(Capability capability, String why) {
        LOSSES.put(capability, new Loss(Severity.ERROR, why));
    }

    private static void lessWithout(Capability capability, String why) {
        LOSSES.put(capability, new Loss(Severity.WARNING, why));
    }

    private static void callersLose(Capability capability, String what) {
        String why = "a caller that has it makes calls on behalf without it; that takes away: " + what;
        LOSSES.put(capability, new Loss(Severity.WARNING, why));
    }

    /** All that the agent or its callers use. */
    static List<Capability> used() {
        return List.copyOf(LOSSES.keySet());
    }

    /** What an ordinary user is told. */
    static Finding notLooked(Self self) {
        return Found.unknown(
                ID,
                "the capabilities of an agent were not looked at",
                self.lack() + ", and found no agent that answers",
                Self.remedy());
    }

    @Override
    public List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        LOSSES.forEach((capability, loss) -> {
            if ((capabilities & capability.bit()) == 0) {
                findings.add(missing(capability, loss));
            }
        });
        if (findings.isEmpty()) {
            findings.add(Found.ok(ID, who + " has all capabilities that an agent uses"));
        }
        return findings;
    }

    private Finding missing(Capability capability, Loss loss) {
        boolean needed = Requirements.neededCapabilities().contains(capability);
        return new Finding(
                "capability-"
                        + capability
                                .name()
                                .replaceFirst("^CAP_", "")
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-'),
                loss.severity,
                who + " lacks " + capability,
                needed ? "no agent starts without it: " + loss.why : loss.why,
                "run the agent as root with this capability, and list it in securityContext.capabilities of a pod");
    }
}
