package io.github.seccompagent.linux.fd;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The architectures whose syscalls a process of a container can use, with their names in seccomp_data and libseccomp.
 */
public enum Architecture {
    X86_64(0xC000003E, 0xC000003E),
    /**
     * Has the AUDIT_ARCH of x86-64. Bit 30 of the call's number tells it apart. libseccomp has a token of its own for
     * it.
     */
    X32(0xC000003E, 0x4000003E),
    I386(0x40000003, 0x40000003),
    AARCH64(0xC00000B7, 0xC00000B7);

    public static final int X32_SYSCALL_BIT = 0x40000000;

    private final int auditArch;
    private final int libseccompToken;

    Architecture(int auditArch, int libseccompToken) {
        this.auditArch = auditArch;
        this.libseccompToken = libseccompToken;
    }

    /** The name for people and files: x86_64, x32, i386, aarch64. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public int auditArch() {
        return auditArch;
    }

    public int libseccompToken() {
        return libseccompToken;
    }

    /** The architecture of this machine's 64-bit programs. */
    public static Architecture ofThisMachine() {
        return System.getProperty("os.arch").equals("aarch64") ? AARCH64 : X86_64;
    }

    /** The architecture of a notification; null if this agent does not know it. */
    public static @Nullable Architecture of(int auditArch, int syscallNumber) {
        if (auditArch == X86_64.auditArch) {
            return (syscallNumber & X32_SYSCALL_BIT) != 0 ? X32 : X86_64;
        }
        return auditArch == I386.auditArch ? I386 : auditArch == AARCH64.auditArch ? AARCH64 : null;
    }
}
