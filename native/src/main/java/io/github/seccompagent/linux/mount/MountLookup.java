package io.github.seccompagent.linux.mount;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.Optional;

/** Looks for mounts with statmount(2), in any mount namespace from Linux 6.11 on. For use by one thread. */
public final class MountLookup {
    private static final int STATMOUNT = 457;
    private static final int STATMOUNT_MNT_BASIC = 2;
    private static final int REQUEST_SIZE = 32; // struct mnt_id_req with mnt_ns_id
    private static final int STATMOUNT_MNT_POINT = 0x10;
    private static final int MASK = 8; // offsets in struct statmount
    private static final int POINT = 108;
    private static final int STRINGS = 512;
    private static final int RESULT_SIZE = STRINGS + 2 * 4096; // no path is longer

    private final NativeBuffer request = new NativeBuffer(REQUEST_SIZE).putInt(0, REQUEST_SIZE);
    private final NativeBuffer result = new NativeBuffer(RESULT_SIZE);

    /**
     * Whether a mount is still where it was made. True too if the kernel does not tell. False if the namespace is
     * unknown.
     */
    public boolean finds(GrantedMount mount) {
        if (mount.namespace() == 0) {
            return false;
        }
        return look(mount.id(), mount.namespace(), STATMOUNT_MNT_BASIC) || LibC.errno() != Errno.ENOENT.number();
    }

    /**
     * Where a mount of a namespace is, from the root of that namespace. Empty if the mount is not in there, or if the
     * kernel does not tell.
     *
     * @param mount its id that no other mount gets
     * @param namespace {@code MountNamespace.id}
     */
    public Optional<TargetString> pointOf(long mount, long namespace) {
        if (!look(mount, namespace, STATMOUNT_MNT_POINT) || (result.getLong(MASK) & STATMOUNT_MNT_POINT) == 0) {
            return Optional.empty();
        }
        int at = result.getInt(POINT);
        return at < 0 || at >= RESULT_SIZE - STRINGS
                ? Optional.empty()
                : Optional.of(TargetString.before(result.getBytes(STRINGS + at, RESULT_SIZE - STRINGS - at)));
    }

    private boolean look(long mount, long namespace, long what) {
        request.putLong(8, mount).putLong(16, what).putLong(24, namespace);
        return LibC.syscall(STATMOUNT, request.address(), result.address(), RESULT_SIZE, 0, 0) >= 0;
    }
}
