package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Likely;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the architectures are names, and which programs they leave out. */
final class ArchitecturesCheck implements Check {
    private static final String X86_64 = "SCMP_ARCH_X86_64";
    private static final String X86 = "SCMP_ARCH_X86";
    private static final String X32 = "SCMP_ARCH_X32";
    private static final String AARCH64 = "SCMP_ARCH_AARCH64";
    private static final String ARM = "SCMP_ARCH_ARM";

    /** Those of the runtime specification. */
    private static final List<String> KNOWN = List.of(
            X86_64,
            X86,
            X32,
            AARCH64,
            ARM,
            "SCMP_ARCH_LOONGARCH64",
            "SCMP_ARCH_M68K",
            "SCMP_ARCH_MIPS",
            "SCMP_ARCH_MIPS64",
            "SCMP_ARCH_MIPS64N32",
            "SCMP_ARCH_MIPSEL",
            "SCMP_ARCH_MIPSEL64",
            "SCMP_ARCH_MIPSEL64N32",
            "SCMP_ARCH_PARISC",
            "SCMP_ARCH_PARISC64",
            "SCMP_ARCH_PPC",
            "SCMP_ARCH_PPC64",
            "SCMP_ARCH_PPC64LE",
            "SCMP_ARCH_RISCV64",
            "SCMP_ARCH_S390",
            "SCMP_ARCH_S390X",
            "SCMP_ARCH_SH",
            "SCMP_ARCH_SHEB");

    @Override
    public void check(Subject subject, Findings findings) {
        List<Located> listed = subject.profile().architectures();
        for (Located architecture : listed) {
            if (!KNOWN.contains(architecture.text())) {
                reportUnknown(architecture, findings);
            }
        }
        Set<String> names = listed.stream().map(Located::text).collect(Collectors.toSet());
        Place place =
                listed.isEmpty() ? subject.profile().place() : listed.get(0).place();
        if ((names.contains(X86) || names.contains(X32)) && !names.contains(X86_64)) {
            findings.warning(
                    "implied-architecture",
                    place,
                    "the 32-bit architectures of x86 are listed, and " + X86_64 + " is not",
                    "runc and crun filter 64-bit programs all the same, because they add the machine's own"
                            + " architecture. The list does not leave these programs alone.",
                    "add " + X86_64 + " to the architectures");
        }
        // A list for several machines is not looked at for the others: many of these have no 32-bit programs.
        boolean arm = subject.machine().arch().equals("arm64");
        String own = arm ? AARCH64 : X86_64;
        String small = arm ? ARM : X86;
        if ((names.isEmpty() || names.contains(own)) && !names.contains(small)) {
            reportKilled(arm ? ARM : X86 + " and " + X32, place, findings);
        }
    }

    private static void reportUnknown(Located architecture, Findings findings) {
        String likely = Likely.of(architecture.text(), KNOWN);
        findings.error(
                "unknown-architecture",
                architecture.place(),
                Findings.quote(architecture.text()) + " is no architecture",
                "Runtimes refuse the profile.",
                likely.isEmpty() ? "write a name such as " + X86_64 : "write " + likely);
    }

    private static void reportKilled(String missing, Place place, Findings findings) {
        findings.note(
                "missing-architecture",
                place,
                "the profile is only for 64-bit programs",
                "The kernel kills a 32-bit program at its first call, without a word to the agent.",
                "add " + missing + " to the architectures if the container has such programs");
    }
}
