package io.github.seccompagent.linux.fd;

import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;

/**
 * A file on a mount, statx(2).
 *
 * @param mount the id of the mount; from Linux 6.8 on no later mount gets the same one
 */
public record MountedFile(long mount, long device, long inode) {
    private static final int AT_FDCWD = -100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_INO = 0x100;
    private static final int STATX_MNT_ID = 0x1000;
    private static final int STATX_MNT_ID_UNIQUE = 0x4000;

    private static final int SIZE = 256; // struct statx
    private static final int INODE = 32;
    private static final int DEVICE_MAJOR = 136;
    private static final int DEVICE_MINOR = 140;
    private static final int MOUNT = 144;
    private static final ThreadLocal<NativeBuffer> FOUND = ThreadLocal.withInitial(() -> new NativeBuffer(SIZE));

    /**
     * The file that has a path now. Does not ask the daemon of a FUSE file system.
     *
     * @throws io.github.seccompagent.api.ErrnoException as statx(2)
     */
    public static MountedFile at(String path) {
        NativeBuffer found = FOUND.get();
        int flags = AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
        int mask = STATX_INO | STATX_MNT_ID | STATX_MNT_ID_UNIQUE;
        if (LibC.statx(AT_FDCWD, LibC.string(path), flags, mask, found.address()) < 0) {
            throw LibC.failure("statx " + path);
        }
        long device = (long) found.getInt(DEVICE_MAJOR) << 32 | Integer.toUnsignedLong(found.getInt(DEVICE_MINOR));
        return new MountedFile(found.getLong(MOUNT), device, found.getLong(INODE));
    }
}
