package io.github.seccompagent.api;

import org.jspecify.annotations.Nullable;

/**
 * Makes calls on behalf of the caller, which is the thread that made the notified call. A call is made in the caller's
 * namespaces, cgroups and LSM domain, below its root directory, with its credentials and its umask.
 *
 * <p>Each call succeeds or fails as if the caller had made it, except for what its method documents as granted. "Grants
 * nothing" means that there is no exception. Each method follows the man page that it names.
 *
 * <p>Each method returns the response that the caller would have got, a success or a {@link Response.Failure}. If the
 * arguments are wrong in themselves, it throws an {@link ErrnoException} instead. A handler that does not catch it
 * gives the caller the same errno. For all methods:
 *
 * <ul>
 *   <li>Flags that the call does not know fail with EINVAL.
 *   <li>An empty path fails with ENOENT. With {@link #AT_EMPTY_PATH} it means the descriptor that it starts from.
 *   <li>If the agent cannot make the call for a reason of its own, the response is a failure with EIO, or with
 *       ETIMEDOUT after the deadline for on-behalf calls. The agent logs why.
 * </ul>
 *
 * <p>A container that a user handed over ({@link ContainerProcessState#user}) is granted nothing that needs the agent's
 * own privileges, whatever the handler asks for. Such a call is made with the caller's own privileges.
 *
 * <p>For use by the handling thread, until the handler returns. A method blocks until the call has ended.
 */
public interface OnBehalf {
    /** For chmod, chown and extended attributes: act on a symbolic link itself, not on what it points to. */
    int AT_SYMLINK_NOFOLLOW = 0x100;

    /** For unlink: remove a directory. */
    int AT_REMOVEDIR = 0x200;

    /** For link: follow a symbolic link, and link what it points to. */
    int AT_SYMLINK_FOLLOW = 0x400;

    /** The path may be empty. It then means the descriptor that it starts from. */
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
     * @param text what the new link points to
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
     * @param uid the new owner, a number of the caller's user namespace; -1 leaves the owner as it is
     * @param gid the new group, a number of the caller's user namespace; -1 leaves the group as it is
     * @param flags {@link #AT_SYMLINK_NOFOLLOW}, {@link #AT_EMPTY_PATH}
     */
    Response chown(TargetPath path, int uid, int gid, int flags);

    /**
     * mknod(2). Grants nothing.
     *
     * @param mode the type of the file, S_IF*, and its permissions
     * @param device the number of the device if the file is a device node, as mknod(2) takes it
     */
    Response mknod(TargetPath path, int mode, int device);

    /**
     * mknod(2). Grants CAP_MKNOD, so first decide whether the caller may have this device.
     *
     * <p>Nothing else is granted: the caller must be able to write to the directory, and its device cgroup and the
     * mount's options still apply. A caller in a user namespace of its own gets EPERM, because the kernel allows no
     * device nodes there.
     *
     * @param mode the type of the file, S_IF*, and its permissions
     * @param device the number of the device if the file is a device node, as mknod(2) takes it
     */
    Response mknodGranted(TargetPath path, int mode, int device);

    /**
     * openat2(2). Grants nothing.
     *
     * <p>When this method returns, the caller's process has the new descriptor already. The response holds its number.
     * Return that response: with another one, the caller keeps a descriptor that it does not know about.
     *
     * <p>A FIFO or a device can make this call wait, at most until the deadline for on-behalf calls.
     *
     * @param flags O_*. O_PATH fails with EOPNOTSUPP, because the kernel does not hand over such descriptors
     * @param mode the permissions of a new file, before the umask
     * @param resolve RESOLVE_*
     */
    Response open(TargetPath path, long flags, long mode, long resolve);

    /**
     * The same as {@link #open}, for a handler whose decision does not depend on the path. Some files only the caller
     * itself can open as the kernel would: its terminal, a FIFO that it waits for, what a procfs shows to nobody else,
     * an O_PATH descriptor. For these the response is {@link Response#proceed}. The kernel then reads the path again,
     * and another thread can have changed it meanwhile.
     *
     * <p>With a {@link PathCheck} the decision does depend on the path. Then only an O_PATH descriptor is left to the
     * caller, unchecked, since nothing is opened by that. If the caller used openat2(2), another thread can change the
     * flags too, so that fails with EOPNOTSUPP.
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
     * mount(2) of a new filesystem. Grants the mount itself: the agent makes it with its own privileges, so first
     * decide whether the caller may have it. {@link #umount} takes it off again.
     *
     * <ul>
     *   <li>The target is resolved as the caller, who must be able to reach it.
     *   <li>The caller's LSM profile does not apply to the mount, because profiles for containers mostly forbid all
     *       mounts.
     *   <li>A proc shows the caller's pid namespace, and a sysfs shows its network namespace. The paths that container
     *       runtimes mask or make read-only are masked or read-only here from the first instant. Nobody in the
     *       container can change that.
     *   <li>Other filesystems belong to the caller's user namespace. If a filesystem cannot be mounted there, the agent
     *       mounts it for that namespace, with mapped ids where the kernel can do that.
     *   <li>The container's device cgroup must allow a device that is mounted, and the caller must be able to open its
     *       node.
     *   <li>A filesystem that opens more than its device, such as btrfs, fails with EPERM.
     *   <li>An overlay opens its layers with no more capabilities than the caller has.
     *   <li>ENOSPC means that the container has as many granted mounts as it may have.
     *   <li>A {@link PathCheck} is told the target. When it refuses, the filesystem is there already and is thrown
     *       away: a descriptor of FUSE cannot be mounted again after that.
     * </ul>
     *
     * @param source any string that the filesystem accepts, or null
     * @param type the filesystem's type, with an optional subtype after a dot
     * @param flags the MS_* flags that describe a new mount: MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_SYNCHRONOUS,
     *     MS_DIRSYNC, MS_NOSYMFOLLOW, MS_NOATIME, MS_NODIRATIME, MS_RELATIME, MS_STRICTATIME, MS_LAZYTIME. MS_NOUSER
     *     and the flags that change an existing mount fail with EINVAL. Others have no effect, as in the kernel
     * @param options the filesystem's own options, separated by commas. {@code fd=N} means the caller's descriptor N. A
     *     proc takes hidepid, gid and subset. EPERM is the answer to options of an LSM, options that name another
     *     device, and options by which an error stops the machine. Options are never logged, because they can hold
     *     passwords
     */
    Response mount(
            @Nullable TargetString source, TargetPath target, String type, long flags, @Nullable TargetString options);

    /**
     * mount(2). Grants nothing. Do not use it for filesystems that take something from the process that mounts them,
     * its namespaces or its descriptors: proc, sysfs, mqueue, cgroup, cgroup2, FUSE.
     *
     * <p>With a {@link PathCheck}, a new filesystem that may look up a relative path, such as a layer or a device,
     * fails with EOPNOTSUPP. The check is told the target. It is not told such a source, nor the layers of an overlay.
     *
     * @param source any string, or null. If the flags make it a path, it is resolved as the caller
     * @param type the filesystem's type, or null if the flags need none
     * @param flags MS_*
     * @param data up to a page of data, text or not, as from {@link NotifiedCall#page}
     */
    Response mountAsCaller(
            @Nullable TargetString source,
            TargetPath target,
            @Nullable TargetString type,
            long flags,
            byte @Nullable [] data);

    /**
     * umount2(2) of a whole mount that {@link #mount} made for the caller's container. Grants the umount, so first
     * decide whether the caller may do it. It is always lazy, as with MNT_DETACH, and never fails with EBUSY.
     *
     * <p>For any other path, and for other flags, the response is {@link Response#proceed}: the caller's own privileges
     * decide. With a {@link PathCheck} it is that of {@link #umountAsCaller}.
     *
     * @param flags MNT_DETACH, UMOUNT_NOFOLLOW
     */
    Response umount(TargetPath path, int flags);

    /**
     * umount2(2). Grants nothing. With a {@link PathCheck}, a mount whose path ends in a dot or a magic link can only
     * be taken off with MNT_DETACH, otherwise the call fails with EBUSY.
     *
     * @param flags MNT_*, UMOUNT_NOFOLLOW
     */
    Response umountAsCaller(TargetPath path, int flags);
}
