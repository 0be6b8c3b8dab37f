package io.github.seccompagent.linux.helper;

/** What the agent uses of the kernel, or what containers do. protocol.h has the same order. */
public enum KernelFeature {
    /** A filter with a listener, seccomp_unotify(2). EBUSY: a filter of this process has a listener already. */
    LISTENER,
    /** Reading a caller's memory, process_vm_readv(2). */
    MEMORY,
    /** Taking a descriptor from another process, pidfd_getfd(2). */
    PIDFD_GETFD,
    /** SECCOMP_IOCTL_NOTIF_ID_VALID. */
    ID_VALID,
    /** SECCOMP_IOCTL_NOTIF_ADDFD. */
    ADDFD,
    /** The same with SECCOMP_ADDFD_FLAG_SEND. */
    ADDFD_SEND,
    /** SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV. */
    WAIT_KILLABLE,
    /** SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP. */
    SYNC_WAKE_UP,
    /** A pidfd of a thread. */
    PIDFD_THREAD,
    /** PIDFD_GET_INFO. */
    PIDFD_INFO,
    /** SO_PEERPIDFD. */
    PEER_PIDFD,
    /** statmount(2). */
    STATMOUNT,
    /** A new procfs in a mount namespace of its own, fsopen(2) and move_mount(2). */
    PROC_MOUNT,
    /** Masks and read-only paths over a procfs. */
    COVERS,
    /** Covers that no privilege in a container takes off. */
    LOCKS,
    /** An idmapped mount, mount_setattr(2). */
    IDMAP,
    MOUNT_NAMESPACE,
    PID_NAMESPACE,
    NETWORK_NAMESPACE,
    IPC_NAMESPACE,
    UTS_NAMESPACE,
    CGROUP_NAMESPACE,
    USER_NAMESPACE,
    TIME_NAMESPACE
}
