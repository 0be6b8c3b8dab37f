package io.github.seccompagent.linux.filter;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** libseccomp's functions that make filters of rules, seccomp_init(3) and others. They return a negative errno. */
final class LibSeccompRules {
    private LibSeccompRules() {}

    static {
        Native.register(LibSeccompRules.class, NativeLibrary.getInstance("libseccomp.so.2"));
    }

    /** Null if it does not know the action. */
    static native Pointer seccomp_init(int defaultAction);

    static native void seccomp_release(Pointer filter);

    static native int seccomp_arch_add(Pointer filter, int architecture);

    static native int seccomp_arch_resolve_name(byte[] name);

    static native int seccomp_rule_add_array(Pointer filter, int action, int number, int count, long comparisons);

    static native int seccomp_syscall_resolve_name(byte[] name);

    static native int seccomp_export_bpf(Pointer filter, int fd);
}
