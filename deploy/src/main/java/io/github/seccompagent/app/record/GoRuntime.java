package io.github.seccompagent.app.record;

import java.util.Collection;
import java.util.List;

/**
 * What Go's runtime calls in every program that is written in Go. When it does so depends on how long goroutines run
 * and wait. So another run makes calls that the recorded one did not make, and a program that is refused them ends.
 */
final class GoRuntime {
    static final List<String> CALLS = List.of(
            "clone",
            "epoll_create1",
            "epoll_ctl",
            "epoll_pwait",
            "eventfd2",
            "getpid",
            "gettid",
            "madvise",
            "nanosleep",
            "rt_sigaction",
            "rt_sigprocmask",
            "sched_yield",
            "sigaltstack",
            "tgkill");

    /** All programs in Go make these when they start. Some others, such as Java, make them too. */
    private static final List<String> AT_START = List.of("clone", "gettid", "sched_getaffinity", "sigaltstack");

    private GoRuntime() {}

    /** Whether a program that made these calls may be written in Go. */
    static boolean mayHaveMade(Collection<String> names) {
        return names.containsAll(AT_START);
    }
}
