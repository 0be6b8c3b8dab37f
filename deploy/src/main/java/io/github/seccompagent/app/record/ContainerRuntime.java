package io.github.seccompagent.app.record;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A container runtime. Its own process loads the filter, and then executes the program. What it calls in between has to
 * be allowed too.
 */
public enum ContainerRuntime {
    NONE(List.of()),
    /** In two parts: runc's own calls, and those that Go's runtime makes beside them, when its threads need it. */
    RUNC(Stream.concat(
                    Stream.of(
                            "capget",
                            "capset",
                            "chdir",
                            "close_range",
                            "epoll_ctl",
                            "execve",
                            "faccessat2",
                            "fchown",
                            "fcntl",
                            "fstat",
                            "fstatfs",
                            "getcwd",
                            "getdents64",
                            "getpid",
                            "getppid",
                            "newfstatat",
                            "openat",
                            "prctl",
                            "setgid",
                            "setgroups",
                            "setuid"),
                    GoRuntime.CALLS.stream())
            .toList()),
    CRUN(List.of(
            "capset",
            "close_range",
            "execve",
            "fcntl",
            "kill",
            "prctl",
            "rt_sigaction",
            "rt_sigprocmask",
            "setgroups",
            "setresgid",
            "setresuid",
            "wait4"));

    private final List<String> calls;

    ContainerRuntime(List<String> calls) {
        this.calls = calls;
    }

    /** What it calls once the filter is loaded. */
    List<String> calls() {
        return calls;
    }

    /** The one with a name as on the command line. */
    public static Optional<ContainerRuntime> named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.toString().equals(name))
                .findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
