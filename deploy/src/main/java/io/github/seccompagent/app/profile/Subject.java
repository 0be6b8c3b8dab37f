package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.linux.fd.Architecture;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What is checked.
 *
 * @param calls what the profile does with each call on the machine
 * @param looksAround whether the check may look at this machine, such as at its sockets
 */
record Subject(Profile profile, Calls calls, Machine machine, boolean looksAround) {
    private static final Map<String, Architecture> KNOWN = Map.of(
            "SCMP_ARCH_X86_64", Architecture.X86_64,
            "SCMP_ARCH_X32", Architecture.X32,
            "SCMP_ARCH_X86", Architecture.I386,
            "SCMP_ARCH_AARCH64", Architecture.AARCH64);

    static Subject of(Profile profile, boolean looksAround) {
        Machine machine = Machine.here();
        return new Subject(profile, new Calls(profile, machine), machine, looksAround);
    }

    /** The architectures of the filter, of those that the agent knows. Runtimes always add the machine's own. */
    Set<Architecture> architectures() {
        Set<Architecture> architectures = EnumSet.noneOf(Architecture.class);
        for (Located listed : profile.architectures()) {
            Architecture known = KNOWN.get(listed.text());
            if (known != null) {
                architectures.add(known);
            }
        }
        if (!architectures.contains(Architecture.X86_64) && !architectures.contains(Architecture.AARCH64)) {
            architectures.add(Architecture.ofThisMachine());
        }
        return architectures;
    }
}
