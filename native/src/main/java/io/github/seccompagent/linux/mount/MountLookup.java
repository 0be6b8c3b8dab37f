package io.github.seccompagent.linux.mount;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;

/** Looks for mounts with statmount(2), in any mount namespace from Linux 6.11 on. For use by one thread. */
public final class MountLookup {
    private static final int STATMOUNT = 457;
    private static final int STATMOUNT_MNT_BASIC = 2;
    private static final int REQUEST_SIZE = 32; // struct mnt_id_req with mnt_ns_id
    private static final int RESULT_SIZE = 4096; // larger than any struct statmount without its strings

    private final NativeBuffer request =
            new NativeBuffer(REQUEST_SIZE).putInt(0, REQUEST_SIZE).putLong(16, STATMOUNT_MNT_BASIC);
    private final NativeBuffer result = new NativeBuffer(RESULT_SIZE);

    /**
     * Whether a mount is still where it was made. True too if the kernel does not tell. False if the namespace is
     * unknown.
     */
    public boolean finds(GrantedMount mount) {
        if (mount.namespace() == 0) {
            return false;
        }
        request.putLong(8, mount.id()).putLong(24, mount.namespace());
        return LibC.syscall(STATMOUNT, request.address(), result.address(), RESULT_SIZE, 0, 0) >= 0
                || LibC.errno() != Errno.ENOENT.number();
    }
}
