package io.github.seccompagent.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A syscall that waits for its answer.
 *
 * <p>Arguments are numbered by meaning, not by register. Those of a family are:
 *
 * <ul>
 *   <li>mkdir: path, mode
 *   <li>rmdir: path
 *   <li>unlink: path, flags
 *   <li>rename: path, path, flags
 *   <li>link: path, path, flags
 *   <li>symlink: text, path
 *   <li>chmod: path, mode, flags
 *   <li>chown: path, uid, gid, flags
 *   <li>mknod: path, mode, device
 *   <li>open: path, flags, mode, resolve
 *   <li>setxattr: path, name, value, size, flags, AT_ flags
 *   <li>removexattr: path, name, AT_ flags
 *   <li>execve: path, argv, envp, flags
 *   <li>mount: source, path, type, flags, data
 *   <li>umount: path, flags
 * </ul>
 *
 * The directory descriptor of an *at call belongs to its path: mkdir("/a", 0755) and mkdirat(AT_FDCWD, "/a", 0755) both
 * have path 0 and mode 1. What a call has no argument for is what it does always: lchown has AT_SYMLINK_NOFOLLOW among its
 * flags, and fchmod has a path of no bytes that starts from its descriptor, with AT_EMPTY_PATH. Calls that belong to no
 * family have the arguments of their man page.
 *
 * <p>What an argument points to is copied from the target when it is first asked for, once; it is the same however often
 * it is asked for, whatever the target does to its memory.
 *
 * <p>For use by the handling thread, until the handler returns.
 */
public interface NotifiedCall {

    /** The notification's id, unique among those of its listener. */
    long id();

    /** The name of the call, as in the man pages: mkdirat. */
    String syscall();

    /** The name of its family: mkdir for mkdirat. The name of the call where it has no family. */
    String family();

    /** The thread that made the call, as the agent sees it. */
    int threadId();

    /** The container that it belongs to. */
    ContainerProcessState container();

    /**
     * To whom is charged what the call costs, for limits of any kind: its container, or the user who has handed that over,
     * whatever names the user gives to containers.
     */
    default String account() {
        return container().id();
    }

    /** Who makes the call: the calling thread's own credentials. */
    Credentials credentials();

    /**
     * The value of an argument; of one that is a pointer or of a 32-bit program as it stands in the register, 0 extended.
     *
     * @throws ErrnoException EFAULT, EINVAL or E2BIG for one that is in a structure that the kernel would have refused
     */
    long argument(int index);

    /** An argument of the type mode_t. */
    default int mode(int index) {
        return (int) argument(index) & 0xffff;
    }

    /**
     * A path argument.
     *
     * @throws ErrnoException EFAULT, ENAMETOOLONG, or EBADF where a descriptor stands for it, as the kernel would have said
     */
    TargetPath path(int index);

    /**
     * A string argument that is not a path and must be there.
     *
     * @throws ErrnoException EFAULT, also for a NULL pointer, or EINVAL where the string is longer than a page
     */
    default TargetString text(int index) {
        TargetString string = string(index);
        if (string == null) {
            throw new ErrnoException(Errno.EFAULT, "a NULL string");
        }
        return string;
    }

    /**
     * A string argument that is not a path, null where the caller gave a NULL pointer.
     *
     * @throws ErrnoException EFAULT, or EINVAL where the string is longer than a page
     */
    @Nullable TargetString string(int index);

    /**
     * The bytes that an argument points to. Copied each time.
     *
     * @throws ErrnoException EFAULT
     */
    byte[] bytes(int index, int length);

    /**
     * What an argument points to where the kernel takes a page of 4096 bytes, or as much of that as there is: the data of
     * mount(2). Null where the caller gave a NULL pointer. Copied each time.
     *
     * @throws ErrnoException EFAULT if there is nothing
     */
    byte @Nullable [] page(int index);

    /**
     * Waits until some time has passed since the call was made. A signal interrupts a call, and its thread makes it again:
     * then this one waits no longer, and the next one goes on from where it was. With Thread.sleep it would wait in vain, and
     * the next one from the beginning. It also would hold one of the places for calls in flight, and use up its handler's time.
     *
     * <p>It returns early when the agent ends, and at once where too many calls are delayed already, or the agent can have no
     * more threads.
     *
     * @throws ErrnoException ESRCH if the call goes away meanwhile: nobody waits for an answer then
     * @throws InterruptedException if the handler is to end
     */
    void delay(Duration time) throws InterruptedException;

    /**
     * Waits until the calling thread has lived for some time, to the hundredth of a second. It returns early where
     * {@link #delay} does.
     *
     * @throws ErrnoException ESRCH if the call goes away meanwhile: nobody waits for an answer then
     * @throws InterruptedException if the handler is to end
     */
    void awaitAge(Duration age) throws InterruptedException;

    /**
     * Kills the container's first process, and with it, where the container has a pid namespace of its own, all others.
     *
     * @throws ErrnoException ESRCH if it is gone
     */
    void killContainer();

    /**
     * Freezes the container: the cgroup of its first process, of version 1 or 2. Whoever runs the container can thaw it, and
     * the call gets its answer then. That takes this call away and has its thread make it again; the one that is made again
     * does not freeze the container a second time.
     *
     * @throws ErrnoException ESRCH if that process is gone, EPERM if it is in the root cgroup or in the agent's, EXDEV if the
     *     agent does not see its cgroup
     */
    void freezeContainer();

    /**
     * Calls made in the target's place.
     *
     * @throws ErrnoException ENOSYS if this kernel does not have the call that the target made
     */
    OnBehalf onBehalf();
}
