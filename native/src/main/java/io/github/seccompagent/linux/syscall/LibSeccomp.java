package io.github.seccompagent.linux.syscall;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/** libseccomp, for the names and numbers of syscalls. */
final class LibSeccomp {
    private LibSeccomp() {}

    static {
        Native.register(LibSeccomp.class, NativeLibrary.getInstance("libseccomp.so.2"));
    }

    /** Allocates the name; null for a number that the installed libseccomp does not know. */
    private static native Pointer seccomp_syscall_resolve_num_arch(int arch, int number);

    /** Negative for a name that is unknown, or that the architecture does not have. */
    static native int seccomp_syscall_resolve_name_arch(int arch, byte[] name);

    static String nameOf(int arch, int number) {
        Pointer name = seccomp_syscall_resolve_num_arch(arch, number);
        if (name == null) {
            return "";
        }
        try {
            return name.getString(0, StandardCharsets.US_ASCII.name());
        } finally {
            Native.free(Pointer.nativeValue(name));
        }
    }
}
