package io.github.seccompagent.app.record;

import java.util.List;
import java.util.Map;

/**
 * An argument whose values a profile can tell apart, so that they are worth noting. None of them is a name, a path or
 * an address.
 *
 * @param name as in the man page
 * @param pointed whether it is the first number of the structure that the register points to
 */
record NotedArgument(int index, String name, boolean pointed) {
    private static final long INT = 0xffffffffL;

    private static final Map<String, List<NotedArgument>> OF_CALLS = Map.ofEntries(
            Map.entry("socket", List.of(at(0, "domain"), at(1, "type"), at(2, "protocol"))),
            Map.entry("socketpair", List.of(at(0, "domain"), at(1, "type"), at(2, "protocol"))),
            Map.entry("socketcall", List.of(at(0, "call"))),
            Map.entry("ipc", List.of(at(0, "call"))),
            Map.entry("setsockopt", List.of(at(1, "level"), at(2, "optname"))),
            Map.entry("getsockopt", List.of(at(1, "level"), at(2, "optname"))),
            Map.entry("clone", List.of(at(0, "flags"))),
            Map.entry("clone3", List.of(new NotedArgument(0, "flags", true))),
            Map.entry("unshare", List.of(at(0, "flags"))),
            Map.entry("setns", List.of(at(1, "nstype"))),
            Map.entry("mount", List.of(at(3, "mountflags"))),
            Map.entry("umount2", List.of(at(1, "flags"))),
            Map.entry("open_tree", List.of(at(2, "flags"))),
            Map.entry("move_mount", List.of(at(4, "flags"))),
            Map.entry("fsconfig", List.of(at(1, "cmd"))),
            Map.entry("prctl", List.of(at(0, "option"))),
            Map.entry("arch_prctl", List.of(at(0, "code"))),
            Map.entry("ioctl", List.of(at(1, "op"))),
            Map.entry("fcntl", List.of(at(1, "op"))),
            Map.entry("fcntl64", List.of(at(1, "op"))),
            Map.entry("personality", List.of(at(0, "persona"))),
            Map.entry("mprotect", List.of(at(2, "prot"))),
            Map.entry("madvise", List.of(at(2, "advice"))),
            Map.entry("memfd_create", List.of(at(1, "flags"))),
            Map.entry("prlimit64", List.of(at(1, "resource"))),
            Map.entry("keyctl", List.of(at(0, "operation"))),
            Map.entry("bpf", List.of(at(0, "cmd"))),
            Map.entry("ptrace", List.of(at(0, "op"))),
            Map.entry("seccomp", List.of(at(0, "operation"))),
            Map.entry("sched_setscheduler", List.of(at(1, "policy"))),
            Map.entry("io_uring_register", List.of(at(1, "opcode"))),
            Map.entry("userfaultfd", List.of(at(0, "flags"))));

    private static NotedArgument at(int index, String name) {
        return new NotedArgument(index, name, false);
    }

    /** Those of a call; mostly none. */
    static List<NotedArgument> of(String syscall) {
        return OF_CALLS.getOrDefault(syscall, List.of());
    }

    /** The value. All those of registers are no longer than an int. */
    long valueIn(CallArguments arguments) {
        return pointed ? arguments.pointed(index) : arguments.register(index) & INT;
    }
}
