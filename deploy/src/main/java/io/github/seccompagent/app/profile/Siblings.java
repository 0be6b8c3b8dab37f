package io.github.seccompagent.app.profile;

import io.github.seccompagent.linux.syscall.SyscallTable;
import io.github.seccompagent.resolver.MountPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The calls by which a program can do the same. */
final class Siblings {
    /** Each can stand for each other of its line. The families of the agent's own handlers come from elsewhere. */
    private static final List<Set<String>> GROUPS = List.of(
            Set.of("access", "faccessat", "faccessat2"),
            Set.of("readlink", "readlinkat"),
            Set.of("truncate", "ftruncate", "truncate64", "ftruncate64"),
            Set.of("utime", "utimes", "futimesat", "utimensat", "utimensat_time64"),
            Set.of("stat", "lstat", "fstat", "newfstatat", "statx", "stat64", "lstat64", "fstat64", "fstatat64"),
            Set.of("getxattr", "lgetxattr", "fgetxattr", "getxattrat"),
            Set.of("listxattr", "llistxattr", "flistxattr", "listxattrat"),
            Set.of("accept", "accept4"),
            Set.of("sendto", "sendmsg", "sendmmsg"),
            Set.of("init_module", "finit_module"),
            Set.of("kexec_load", "kexec_file_load"),
            Set.of("clock_settime", "clock_settime64", "settimeofday", "stime"),
            Set.of("adjtimex", "clock_adjtime", "clock_adjtime64"),
            Set.of("quotactl", "quotactl_fd"),
            Set.of("inotify_init", "inotify_init1"),
            Set.of("vm86", "vm86old"));

    /** Those that can do more than the first. */
    private static final Map<String, Set<String>> STRONGER = Map.of(
            "rmdir", Set.of("unlinkat"),
            "mount", mountInterface(),
            "socket", Set.of("socketcall"),
            "connect", Set.of("socketcall"),
            "bind", Set.of("socketcall"),
            "listen", Set.of("socketcall"));

    private Siblings() {}

    private static Set<String> mountInterface() {
        Set<String> calls = new HashSet<>(MountPolicy.SYSCALLS);
        calls.removeAll(Set.of("mount", "umount", "umount2"));
        return calls;
    }

    /** All of them, on all architectures, sorted. */
    static Set<String> of(String call) {
        Set<String> siblings = new TreeSet<>(SyscallTable.siblingsOf(call));
        GROUPS.stream().filter(group -> group.contains(call)).forEach(siblings::addAll);
        siblings.addAll(STRONGER.getOrDefault(call, Set.of()));
        siblings.add(call + "32"); // such as setuid32, on i386
        siblings.add(call + "64"); // such as fcntl64
        siblings.add(call + "_time64");
        siblings.remove(call);
        return siblings;
    }
}
