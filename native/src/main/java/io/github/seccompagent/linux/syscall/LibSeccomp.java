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

    /** Allocates the name. Null if the installed libseccomp does not know the number. */
    private static native Pointer seccomp_syscall_resolve_num_arch(int arch, int number);

    /** Negative if the name is unknown, or if the architecture does not have the call. */
    static native int seccomp_syscall_resolve_name_arch(int arch, byte[] name);

    /** Points to three ints, which stay where they are. */
    private static native Pointer seccomp_version();

    static String version() {
        int[] numbers = seccomp_version().getIntArray(0, 3);
        return numbers[0] + "." + numbers[1] + "." + numbers[2];
    }

    /** -1 if the installed libseccomp lacks the name. Other negative numbers are for calls of other machines. */
    static native int seccomp_syscall_resolve_name(byte[] name);

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
