package io.github.seccompagent.app.record;

import java.util.List;
import java.util.stream.Stream;

/** The calls that are never notified. So nobody knows whether a program makes them, and every profile allows them. */
final class QuietCalls {
    /**
     * Hardly a program does without them, and some programs make millions of them. A profile gains nothing by refusing
     * them: read, write and close need a descriptor, and the others change nothing outside of the process. The kernel
     * makes the returns from a signal, and restart_syscall, in the program's name: those must not wait for anybody, as
     * the next signal may come meanwhile. Whether a program yields depends on when its threads meet, so a profile of
     * one run would be too small for the next. The most frequent come first: a filter tries them in this order.
     */
    static final List<String> OF_COMMANDS = List.of(
            "read",
            "write",
            "futex",
            "futex_time64",
            "close",
            "mmap",
            "mmap2",
            "munmap",
            "rt_sigreturn",
            "sigreturn",
            "restart_syscall",
            "sched_yield",
            "exit",
            "exit_group");

    /**
     * In a container these too: the runtime's own process, which has the filter already, hands over the listener with
     * them. If one of them waited for an answer, the listener would never come to whoever answers.
     */
    static final List<String> OF_CONTAINERS = Stream.concat(
                    OF_COMMANDS.stream(), Stream.of("clone", "fork", "sendmsg", "recvmsg", "fcntl", "fcntl64"))
            .toList();

    private QuietCalls() {}
}
