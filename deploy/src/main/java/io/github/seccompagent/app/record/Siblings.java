package io.github.seccompagent.app.record;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Calls that do the same as others, and that came later. A newer C library or another one makes them in place of those
 * that were recorded.
 */
final class Siblings {
    /** Each list from the oldest to the newest. */
    private static final List<List<String>> FAMILIES = List.of(
            List.of("open", "openat", "openat2"),
            List.of("creat", "openat", "openat2"),
            List.of("stat", "newfstatat", "statx"),
            List.of("lstat", "newfstatat", "statx"),
            List.of("fstat", "newfstatat", "statx"),
            List.of("stat64", "fstatat64", "statx"),
            List.of("lstat64", "fstatat64", "statx"),
            List.of("fstat64", "fstatat64", "statx"),
            List.of("access", "faccessat", "faccessat2"),
            List.of("mkdir", "mkdirat"),
            List.of("mknod", "mknodat"),
            List.of("unlink", "unlinkat"),
            List.of("rmdir", "unlinkat"),
            List.of("rename", "renameat", "renameat2"),
            List.of("link", "linkat"),
            List.of("symlink", "symlinkat"),
            List.of("readlink", "readlinkat"),
            List.of("chmod", "fchmodat", "fchmodat2"),
            List.of("chown", "fchownat"),
            List.of("lchown", "fchownat"),
            List.of("utime", "utimes", "futimesat", "utimensat", "utimensat_time64"),
            List.of("dup2", "dup3"),
            List.of("pipe", "pipe2"),
            List.of("eventfd", "eventfd2"),
            List.of("signalfd", "signalfd4"),
            List.of("inotify_init", "inotify_init1"),
            List.of("epoll_create", "epoll_create1"),
            List.of("epoll_wait", "epoll_pwait", "epoll_pwait2"),
            List.of("poll", "ppoll", "ppoll_time64"),
            List.of("select", "pselect6", "pselect6_time64"),
            List.of("_newselect", "pselect6", "pselect6_time64"),
            List.of("accept", "accept4"),
            List.of("execve", "execveat"),
            List.of("clone", "clone3"),
            List.of("fork", "clone", "clone3"),
            List.of("vfork", "clone", "clone3"),
            List.of("getdents", "getdents64"),
            List.of("getrlimit", "ugetrlimit", "prlimit64"),
            List.of("setrlimit", "prlimit64"),
            List.of("preadv", "preadv2"),
            List.of("pwritev", "pwritev2"),
            List.of("time", "gettimeofday", "clock_gettime", "clock_gettime64"),
            List.of("nanosleep", "clock_nanosleep", "clock_nanosleep_time64"),
            List.of("setxattr", "setxattrat"),
            List.of("getxattr", "getxattrat"),
            List.of("listxattr", "listxattrat"),
            List.of("removexattr", "removexattrat"));

    private Siblings() {}

    /** The newer siblings of calls that are not among them, each with the first call that it is a sibling of. */
    static Map<String, String> of(Collection<String> names) {
        TreeMap<String, String> siblings = new TreeMap<>();
        for (String name : new TreeSet<>(names)) {
            newer(name).stream()
                    .filter(each -> !names.contains(each))
                    .forEach(each -> siblings.putIfAbsent(each, name));
        }
        return siblings;
    }

    private static List<String> newer(String name) {
        List<String> newer = new ArrayList<>();
        for (List<String> family : FAMILIES) {
            int at = family.indexOf(name);
            if (at >= 0) {
                newer.addAll(family.subList(at + 1, family.size()));
            }
        }
        return newer;
    }
}
