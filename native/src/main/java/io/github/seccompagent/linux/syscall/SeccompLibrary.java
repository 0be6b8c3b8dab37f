package io.github.seccompagent.linux.syscall;

import java.util.Optional;

/** The installed libseccomp. */
public final class SeccompLibrary {
    private SeccompLibrary() {}

    /** Its version, such as 2.5.4; empty if there is no libseccomp.so.2. */
    public static Optional<String> version() {
        try {
            return Optional.of(LibSeccomp.version());
        } catch (LinkageError e) {
            return Optional.empty();
        }
    }
}
