package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;

/** Mount namespaces, and what is mounted in them: NS_GET_MNTNS_ID of ioctl_nsfs(2), and statmount(2), from Linux 6.11 on. */
public final class MountNamespace {
    private static final int O_RDONLY = 0;
    private static final long NS_GET_MNTNS_ID = 0x8008b705L;
    private static final int STATMOUNT = 457;
    private static final int STATMOUNT_MNT_BASIC = 2;
    private static final int REQUEST_SIZE = 32; // struct mnt_id_req with mnt_ns_id
    private static final int RESULT_SIZE = 4096; // larger than any struct statmount without its strings

    private MountNamespace() {}

    /**
     * The id of the mount namespace of a thread; none that comes later gets the same. 0 if the kernel gives none.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if the thread is gone
     */
    public static long idOf(int threadId) {
        try (Fd namespace = Fd.open("/proc/" + threadId + "/ns/mnt", O_RDONLY)) {
            NativeBuffer id = new NativeBuffer(Long.BYTES);
            return LibC.ioctl(namespace.number(), NS_GET_MNTNS_ID, id.address()) < 0 ? 0 : id.getLong(0);
        }
    }

    /** Whether a mount is in a namespace, wherever there; true too if the kernel does not tell. */
    public static boolean has(long namespace, long mount) {
        NativeBuffer request = new NativeBuffer(REQUEST_SIZE)
                .putInt(0, REQUEST_SIZE)
                .putLong(8, mount)
                .putLong(16, STATMOUNT_MNT_BASIC)
                .putLong(24, namespace);
        NativeBuffer result = new NativeBuffer(RESULT_SIZE);
        return LibC.syscall(STATMOUNT, request.address(), result.address(), RESULT_SIZE, 0, 0) >= 0
                || LibC.errno() != Errno.ENOENT.number();
    }
}
