package io.github.seccompagent.linux;

/** Mount namespaces by their ids, NS_GET_MNTNS_ID of ioctl_nsfs(2), from Linux 6.11 on. */
public final class MountNamespace {
    private static final int O_RDONLY = 0;
    private static final long NS_GET_MNTNS_ID = 0x8008b705L;

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
}
