package io.github.seccompagent.runtime;

/** The flags of mount(2) and umount2(2). The flags of a new mount are translated for fsconfig(2) and fsmount(2). */
final class MountFlags {
    static final long RDONLY = 1;
    private static final long NOSUID = 1 << 1;
    private static final long NODEV = 1 << 2;
    private static final long NOEXEC = 1 << 3;
    private static final long SYNCHRONOUS = 1 << 4;
    private static final long MANDLOCK = 1 << 6;
    private static final long DIRSYNC = 1 << 7;
    private static final long NOSYMFOLLOW = 1 << 8;
    private static final long NOATIME = 1 << 10;
    private static final long NODIRATIME = 1 << 11;
    private static final long STRICTATIME = 1 << 24;
    private static final long LAZYTIME = 1 << 25;

    private static final long OF_SUPERBLOCK = RDONLY | SYNCHRONOUS | MANDLOCK | DIRSYNC | LAZYTIME;
    private static final long REMOUNT = 1 << 5;
    private static final long BIND = 1 << 12;
    private static final long MOVE = 1 << 13;
    private static final long PROPAGATION = 0xf << 17;
    private static final long NOUSER = -1L << 31; // the kernel's constant is a negative int: all upper bits are set

    /** MNT_FORCE, MNT_DETACH, MNT_EXPIRE and UMOUNT_NOFOLLOW. */
    static final int OF_UMOUNT = 15;

    /** Linux before 2.4 wanted this in the upper half. The kernel still ignores it. */
    private static final long MAGIC = 0xC0ED0000L;

    private static final long MAGIC_MASK = 0xFFFF0000L;

    private static final long ATTR_NOATIME = 0x10;
    private static final long ATTR_STRICTATIME = 0x20;
    private static final long ATTR_NODIRATIME = 0x80;
    private static final long ATTR_NOSYMFOLLOW = 0x200000;

    private MountFlags() {}

    private static long withoutMagic(long flags) {
        return (flags & MAGIC_MASK) == MAGIC ? flags & ~MAGIC_MASK : flags;
    }

    /** Whether the flags ask for a new mount and are not refused. The kernel ignores flags that it does not know. */
    static boolean describeNewMount(long flags) {
        return (withoutMagic(flags) & (REMOUNT | BIND | MOVE | PROPAGATION | NOUSER)) == 0;
    }

    /** The flags that belong to the superblock, unchanged. */
    static long ofSuperblock(long flags) {
        return withoutMagic(flags) & OF_SUPERBLOCK;
    }

    /**
     * The flags that belong to the mount, as MOUNT_ATTR_*. Without an atime flag the mount is relatime, as with
     * mount(2).
     */
    static long attributes(long flags) {
        long all = withoutMagic(flags);
        long attributes = all & (RDONLY | NOSUID | NODEV | NOEXEC); // the same bits
        if ((all & STRICTATIME) != 0) {
            attributes |= ATTR_STRICTATIME;
        } else if ((all & NOATIME) != 0) {
            attributes |= ATTR_NOATIME;
        }
        attributes |= (all & NODIRATIME) != 0 ? ATTR_NODIRATIME : 0;
        attributes |= (all & NOSYMFOLLOW) != 0 ? ATTR_NOSYMFOLLOW : 0;
        return attributes;
    }

    /**
     * Whether a call with these flags changes a mount: a remount, or another propagation. If there are several, the
     * kernel does one of them.
     */
    static boolean changeMount(long flags) {
        long all = withoutMagic(flags);
        return (all & REMOUNT) != 0 || ((all & BIND) == 0 && (all & PROPAGATION) != 0);
    }

    /** Whether the source of a call with these flags is a path: a bind or a move. */
    static boolean haveSourcePath(long flags) {
        long all = withoutMagic(flags);
        return (all & REMOUNT) == 0 && ((all & BIND) != 0 || ((all & MOVE) != 0 && (all & PROPAGATION) == 0));
    }
}
