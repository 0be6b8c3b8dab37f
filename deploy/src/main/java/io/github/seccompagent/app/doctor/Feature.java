package io.github.seccompagent.app.doctor;

import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.linux.helper.KernelFeature;
import java.util.List;

/**
 * What the doctor says about a feature of the kernel.
 *
 * @param severity how bad it is if it is missing
 * @param since the version of Linux that brought it
 * @param why what happens without it
 * @param fix what to do without it, besides a newer kernel; may be empty
 */
record Feature(String id, KernelFeature kernel, String name, Severity severity, String since, String why, String fix) {
    static final Feature LISTENER = new Feature(
            "notify",
            KernelFeature.LISTENER,
            "seccomp user notification",
            Severity.ERROR,
            "5.0, with CONFIG_SECCOMP_FILTER",
            "there are no listeners without it, so neither the agent nor a notifying profile works",
            "");

    static final List<Feature> OTHERS = List.of(
            new Feature(
                    "notify-id-valid",
                    KernelFeature.ID_VALID,
                    "NOTIF_ID_VALID",
                    Severity.ERROR,
                    "5.0",
                    "the agent asks it before it trusts what it read of a caller",
                    ""),
            new Feature(
                    "notify-memory",
                    KernelFeature.MEMORY,
                    "reading a caller's memory",
                    Severity.ERROR,
                    "3.2",
                    "paths and other arguments of calls are there",
                    "set kernel.yama.ptrace_scope to 2 or less, and run the agent with CAP_SYS_PTRACE"),
            new Feature(
                    "pidfd-getfd",
                    KernelFeature.PIDFD_GETFD,
                    "pidfd_getfd(2)",
                    Severity.ERROR,
                    "5.6",
                    "calls on behalf start from the caller's own directory descriptors",
                    "set kernel.yama.ptrace_scope to 2 or less, and run the agent with CAP_SYS_PTRACE"),
            new Feature(
                    "notify-addfd",
                    KernelFeature.ADDFD,
                    "NOTIF_ADDFD",
                    Severity.ERROR,
                    "5.9",
                    "an open on behalf gives the caller its descriptor by it",
                    ""),
            new Feature(
                    "notify-addfd-send",
                    KernelFeature.ADDFD_SEND,
                    "ADDFD_FLAG_SEND",
                    Severity.NOTE,
                    "5.14",
                    "the agent answers in two steps and does not need it; other agents may",
                    ""),
            new Feature(
                    "notify-wait-killable",
                    KernelFeature.WAIT_KILLABLE,
                    "WAIT_KILLABLE_RECV",
                    Severity.WARNING,
                    "5.19",
                    "a signal takes a call from its handler, and the thread makes it again",
                    ""),
            new Feature(
                    "notify-sync-wake-up",
                    KernelFeature.SYNC_WAKE_UP,
                    "SYNC_WAKE_UP",
                    Severity.NOTE,
                    "6.6",
                    "each answer takes some microseconds longer",
                    ""),
            new Feature(
                    "peer-pidfd",
                    KernelFeature.PEER_PIDFD,
                    "SO_PEERPIDFD",
                    Severity.WARNING,
                    "6.5",
                    "root of a container that reaches the socket passes for a runtime if it ends quickly",
                    "give the agent --strict-peers if containers can reach the socket"),
            new Feature(
                    "pidfd-thread",
                    KernelFeature.PIDFD_THREAD,
                    "a pidfd of a thread",
                    Severity.NOTE,
                    "6.9",
                    "the agent takes a little longer to enter a caller's namespaces",
                    ""),
            new Feature(
                    "pidfd-get-info",
                    KernelFeature.PIDFD_INFO,
                    "PIDFD_GET_INFO",
                    Severity.NOTE,
                    "6.13",
                    "less can be told of processes that have ended; the agent does not need it",
                    ""),
            new Feature(
                    "statmount",
                    KernelFeature.STATMOUNT,
                    "statmount(2)",
                    Severity.NOTE,
                    "6.11",
                    "the agent reads whole mount tables, which takes longer where there are many mounts",
                    ""),
            new Feature(
                    "mount-proc",
                    KernelFeature.PROC_MOUNT,
                    "a new proc in a mount namespace of its own",
                    Severity.ERROR,
                    "5.2",
                    "the agent makes granted mounts in this way, and its workers live in such a namespace",
                    ""),
            new Feature(
                    "mount-covers",
                    KernelFeature.COVERS,
                    "covers of a new proc",
                    Severity.ERROR,
                    "5.2",
                    "a granted proc must hide what a runtime hides, so it is not granted",
                    ""),
            new Feature(
                    "mount-locks",
                    KernelFeature.LOCKS,
                    "covers that a container cannot take off",
                    Severity.WARNING,
                    "3.8, with user namespaces",
                    "granted mounts with covers cannot be unmounted, and disks and overlays are not granted",
                    "set user.max_user_namespaces above 0, and allow root to make user namespaces"),
            new Feature(
                    "mount-idmapped",
                    KernelFeature.IDMAP,
                    "idmapped mounts",
                    Severity.NOTE,
                    "5.12, and 6.3 for tmpfs",
                    "a granted disk in a container with a user namespace shows the ids that are on the disk",
                    ""));
}
