package io.github.seccompagent.linux.process;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;

/** The ids of mount namespaces, NS_GET_MNTNS_ID of ioctl_nsfs(2), from Linux 6.11 on. */
public final class MountNamespace {
    private static final long NS_GET_MNTNS_ID = 0x8008b705L;

    private MountNamespace() {}

    /** The id of an open namespace. No later namespace gets the same id. 0 if the kernel gives none. */
    public static long idOf(Fd namespace) {
        NativeBuffer id = new NativeBuffer(Long.BYTES);
        return LibC.ioctl(namespace.number(), NS_GET_MNTNS_ID, id.address()) < 0 ? 0 : id.getLong(0);
    }
}
