package io.github.seccompagent.app.record;

import io.github.seccompagent.linux.fd.Architecture;
import java.util.Arrays;
import java.util.Optional;

/** What OCI profiles call architectures. */
final class OciNames {
    private OciNames() {}

    static String of(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> "SCMP_ARCH_X86_64";
            case X32 -> "SCMP_ARCH_X32";
            case I386 -> "SCMP_ARCH_X86";
            case AARCH64 -> "SCMP_ARCH_AARCH64";
        };
    }

    /** The one that is called that; empty if it is another machine's. */
    static Optional<Architecture> architecture(String name) {
        return Arrays.stream(Architecture.values())
                .filter(each -> of(each).equals(name))
                .findFirst();
    }
}
