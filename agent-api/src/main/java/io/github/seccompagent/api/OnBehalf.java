package io.github.seccompagent.api;

import org.jspecify.annotations.Nullable;

/**
 * Makes calls on behalf of the target: in its namespaces, cgroups and LSM domain, below its root directory, with its
 * credentials and its umask. They succeed and fail where the kernel would have done the same for the caller, but for what
 * a method says it grants.
 *
 * <p>Each method returns the response that the call would have had. Flags that the call does not know are EINVAL. A path
 * with no bytes is ENOENT, or with AT_EMPTY_PATH the descriptor itself that it starts from. A call that could not be made
 * for a reason that lies with the agent is a {@link Response.Failure} with EIO, or ETIMEDOUT past the deadline of
 * on-behalf calls, and is logged.
 */
public interface OnBehalf {
    /** Of chmod, chown and extended attributes: a symbolic link itself is meant. */
    int AT_SYMLINK_NOFOLLOW = 0x100;

    /** Of unlink: a directory is meant. */
    int AT_REMOVEDIR = 0x200;

    /** Of link: what a symbolic link points to is meant. */
    int AT_SYMLINK_FOLLOW = 0x400;

    /** A path may be empty. */
    int AT_EMPTY_PATH = 0x1000;

    /** mkdir(2). Grants nothing. */
    Response mkdir(TargetPath path, int mode);

    /** rmdir(2). Grants nothing. */
    default Response rmdir(TargetPath path) {
        return unlink(path, AT_REMOVEDIR);
    }

    /**
     * unlinkat(2). Grants nothing.
     *
     * @param flags {@link #AT_REMOVEDIR}
     */
    Response unlink(TargetPath path, int flags);

    /**
     * renameat2(2). Grants nothing.
     *
     * @param flags RENAME_*
     */
    Response rename(TargetPath from, TargetPath to, int flags);

    /**
     * linkat(2). Grants nothing.
     *
     * @param flags {@link #AT_SYMLINK_FOLLOW}, {@link #AT_EMPTY_PATH}
     */
    Response link(TargetPath existing, TargetPath created, int flags);

    /**
     * symlink(2). Grants nothing.
     *
     * @param text what the new link holds
     */
    Response symlink(TargetString text, TargetPath created);

    /**
     * fchmodat2(2). Grants nothing.
     *
     * @param flags {@link #AT_SYMLINK_NOFOLLOW}, {@link #AT_EMPTY_PATH}
     */
    Response chmod(TargetPath path, int mode, int flags);

    /**
     * fchownat(2). Grants nothing.
     *
     * @param uid as the caller's user namespace has it; -1 leaves it
     * @param gid likewise
     * @param flags {@link #AT_SYMLINK_NOFOLLOW}, {@link #AT_EMPTY_PATH}
     */
    Response chown(TargetPath path, int uid, int gid, int flags);

    /**
     * mknod(2). Grants nothing.
     *
     * @param device as the call takes it: for a device file, its number
     */
    Response mknod(TargetPath path, int mode, int device);

    /**
     * mknod(2) with CAP_MKNOD granted, so ask first whether the caller may have the device. It still has to be able to
     * write to the directory, and the device cgroup and the mount still have their say. In a user namespace of its own the
     * caller gets EPERM: the kernel knows no device nodes there.
     *
     * @param device as the call takes it: for a device file, its number
     */
    Response mknodGranted(TargetPath path, int mode, int device);

    /**
     * openat2(2). Grants nothing. The caller has the new descriptor by then, and the response tells it the number: a handler
     * that answers something else leaves it a descriptor that it does not know of. A FIFO or a device may have this wait, up
     * to the deadline of on-behalf calls.
     *
     * @param flags O_*. O_PATH is EOPNOTSUPP: the kernel hands over no such descriptor
     * @param resolve RESOLVE_*
     */
    Response open(TargetPath path, long flags, long mode, long resolve);

    /**
     * The same for a handler that decides nothing on the path. Where only the caller itself can open what is there as the
     * kernel would, the response is {@link Response#proceed}: its terminal, a FIFO that it waits for, what a procfs shows to
     * nobody else, an O_PATH descriptor. The kernel then reads the path once more, which another thread can have changed.
     */
    Response openOrProceed(TargetPath path, long flags, long mode, long resolve);

    /**
     * setxattr(2). Grants nothing.
     *
     * @param flags XATTR_CREATE, XATTR_REPLACE
     * @param atFlags {@link #AT_SYMLINK_NOFOLLOW}, {@link #AT_EMPTY_PATH}
     */
    Response setxattr(TargetPath path, TargetString name, byte[] value, int flags, int atFlags);

    /**
     * removexattr(2). Grants nothing.
     *
     * @param atFlags {@link #AT_SYMLINK_NOFOLLOW}, {@link #AT_EMPTY_PATH}
     */
    Response removexattr(TargetPath path, TargetString name, int atFlags);

    /**
     * mount(2) of a new filesystem. Grants the mount itself: the agent's privileges make it, so ask first whether the
     * caller may. The target is resolved by the caller, who must be able to reach it. LSM profiles for containers mostly
     * forbid all mounts, so the caller's does not apply.
     *
     * <p>A proc comes from the caller's pid namespace, a sysfs from its network namespace. The paths that container
     * runtimes mask or make read-only in them are so from the first instant, and nobody in the container can change that. Other
     * filesystems are those of the caller's user namespace; one that cannot be mounted there is mounted for it, with
     * mapped ids where that is possible. A device must be one that the container's device cgroup allows, and whose node the
     * caller may open itself. A filesystem that opens more than its device, as btrfs does, is EPERM. An overlay opens what
     * lies below with no more capabilities than its caller has.
     *
     * <p>ENOSPC means that the container has as many mounts as it may.
     *
     * @param source null or any string, as the filesystem likes it
     * @param type of the filesystem, perhaps with a subtype behind a dot
     * @param flags MS_* that describe a new mount: MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_SYNCHRONOUS,
     *     MS_DIRSYNC, MS_NOSYMFOLLOW, MS_NOATIME, MS_NODIRATIME, MS_RELATIME, MS_STRICTATIME, MS_LAZYTIME. Those that
     *     change a mount, and MS_NOUSER, fail with EINVAL; the kernel ignores the others
     * @param options the filesystem's own options, separated by commas; {@code fd=N} means the caller's descriptor. Those
     *     of a proc are hidepid, gid and subset. Those of an LSM, those that name another device, and those by which an error
     *     stops the machine are EPERM. Never logged
     */
    Response mount(
            @Nullable TargetString source, TargetPath target, String type, long flags, @Nullable TargetString options);

    /**
     * mount(2). Grants nothing. Not for filesystems that belong to the namespaces of whoever mounts them, or to its
     * descriptors: proc, sysfs, mqueue, cgroup, cgroup2, FUSE.
     *
     * @param source null or any string; a path if the flags say so, which the caller resolves
     * @param flags MS_*
     * @param data text or not, of which the kernel takes a page; as from {@link NotifiedCall#page}
     */
    Response mountAsCaller(
            @Nullable TargetString source,
            TargetPath target,
            @Nullable TargetString type,
            long flags,
            byte @Nullable [] data);

    /**
     * umount2(2) of a mount that {@link #mount} made for the caller's container, as a whole. Grants that: ask first
     * whether the caller may. For any other path, and with other flags, the response is {@link Response#proceed}, so that
     * the caller's own privileges decide. It is never EBUSY, but taken off as with MNT_DETACH.
     *
     * @param flags MNT_DETACH, UMOUNT_NOFOLLOW
     */
    Response umount(TargetPath path, int flags);

    /**
     * umount2(2). Grants nothing.
     *
     * @param flags MNT_*, UMOUNT_NOFOLLOW
     */
    Response umountAsCaller(TargetPath path, int flags);
}
