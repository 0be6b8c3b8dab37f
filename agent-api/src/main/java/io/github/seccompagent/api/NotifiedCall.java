package io.github.seccompagent.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A syscall that waits for its answer: what a {@link SyscallHandler} decides about.
 *
 * <p>Calls with the same meaning form a family, such as mkdir and mkdirat. Arguments are numbered by their meaning in
 * the family, not by register. So one handler serves all members of a family, on all architectures. The families and
 * their arguments are:
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
 * <p>The directory descriptor of an *at call is part of its path: mkdir("/a", 0755) and mkdirat(AT_FDCWD, "/a", 0755)
 * both have path 0 and mode 1. If a member of the family lacks an argument, it has the value that the member implies:
 * the flags of lchown contain AT_SYMLINK_NOFOLLOW. The path of fchmod is empty and starts from its descriptor, and its
 * flags contain AT_EMPTY_PATH. A call without a family has the arguments of its man page.
 *
 * <p>A path or a string is copied from the target's memory once, when it is first asked for. Later changes of that
 * memory have no effect. {@link #bytes} and {@link #page} copy each time: call them once, and decide on what they
 * returned.
 *
 * <p>For use by the handling thread, until the handler returns.
 */
public interface NotifiedCall {

    /** The notification's id. It is unique among the notifications of its listener. */
    long id();

    /** The name of the call as in the man pages, such as mkdirat. */
    String syscall();

    /** The name of the call's family, such as mkdir for mkdirat. A call without a family has its own name here. */
    String family();

    /**
     * The architecture whose syscall it is: x86_64, x32, i386 or aarch64. A 32-bit program uses another one than the
     * machine. Empty if it is unknown.
     */
    String architecture();

    /** The id of the thread that made the call, in the agent's pid namespace. */
    int threadId();

    /**
     * Whether the call still waits for its answer. Ask this after something was read through {@link #threadId}, such as
     * a file in /proc, and before that is trusted. When the call has gone away, another thread may have the id.
     */
    boolean isWaiting();

    /** The container whose listener the call came from. */
    ContainerProcessState container();

    /**
     * The account that is charged for this call, for limits of any kind. It is the container, or the user who handed
     * the container over. A user has one account, whatever names the user gives to containers.
     */
    String account();

    /** The credentials of the calling thread itself, not of its process. */
    Credentials credentials();

    /**
     * The value of an argument. A pointer, and any argument of a 32-bit program, is the value of its register,
     * zero-extended.
     *
     * @throws ErrnoException EFAULT, EINVAL or E2BIG if the argument is in a structure that the kernel would have
     *     refused
     */
    long argument(int index);

    /** The value of an argument of the type mode_t. */
    default int mode(int index) {
        return (int) argument(index) & 0xffff;
    }

    /**
     * A path argument.
     *
     * @throws ErrnoException as the kernel would have failed: EFAULT, ENAMETOOLONG, or EBADF if the call has a
     *     descriptor in place of the path
     */
    TargetPath path(int index);

    /**
     * A string argument that is not a path and may not be NULL.
     *
     * @throws ErrnoException EFAULT, also for a NULL pointer, or EINVAL if the string is longer than a page
     */
    default TargetString text(int index) {
        TargetString string = string(index);
        if (string == null) {
            throw new ErrnoException(Errno.EFAULT, "a NULL string");
        }
        return string;
    }

    /**
     * A string argument that is not a path. Null if the caller gave a NULL pointer.
     *
     * @throws ErrnoException EFAULT, or EINVAL if the string is longer than a page
     */
    @Nullable TargetString string(int index);

    /**
     * The bytes that an argument points to. They are copied each time.
     *
     * @throws ErrnoException EFAULT if not all of them can be read
     */
    byte[] bytes(int index, int length);

    /**
     * The memory that an argument points to, as the kernel reads the data of mount(2): a page of 4096 bytes, or as much
     * of it as can be read. Null if the caller gave a NULL pointer. It is copied each time.
     *
     * @throws ErrnoException EFAULT if no byte can be read
     */
    byte @Nullable [] page(int index);

    /**
     * Waits until {@code time} has passed since the call was made. Use this instead of Thread.sleep, for two reasons:
     *
     * <ul>
     *   <li>A signal can interrupt a call, and its thread then makes the call again. This method stops waiting for the
     *       interrupted call, and the wait of the new call continues from there. Thread.sleep would wait for nobody,
     *       and the new call would wait from the beginning.
     *   <li>Thread.sleep would occupy one of the places for calls in flight, and use up the handler timeout.
     * </ul>
     *
     * <p>It returns early if the agent ends. It returns at once if too many calls are delayed already, or if the agent
     * cannot have another thread.
     *
     * @throws ErrnoException ESRCH if the call ends meanwhile: then nobody waits for an answer
     * @throws InterruptedException if the handler must end
     */
    void delay(Duration time) throws InterruptedException;

    /**
     * Waits until the calling thread is {@code age} old, to a hundredth of a second. It returns early when {@link
     * #delay} does.
     *
     * @throws ErrnoException ESRCH if the call ends meanwhile: then nobody waits for an answer
     * @throws InterruptedException if the handler must end
     */
    void awaitAge(Duration age) throws InterruptedException;

    /**
     * Kills the container's first process with SIGKILL. If the container has its own pid namespace, all its other
     * processes die with it.
     *
     * @throws ErrnoException ESRCH if that process is gone
     */
    void killContainer();

    /**
     * Freezes the container: the cgroup of its first process, version 1 or 2. Whoever runs the container can thaw it.
     * The caller gets its answer only after that.
     *
     * <p>Freezing ends this call, and its thread makes it again after the thaw. The repeated call does not freeze the
     * container a second time.
     *
     * @throws ErrnoException ESRCH if the first process is gone, EPERM if it is in the root cgroup or in the agent's
     *     cgroup, EXDEV if the agent does not see its cgroup
     */
    void freezeContainer();

    /**
     * Makes calls in the target's place.
     *
     * @throws ErrnoException ENOSYS if this kernel does not have the call that the target made
     */
    OnBehalf onBehalf();

    /**
     * Makes calls in the target's place, each only if {@code check} allows it when it is known where its paths lead.
     * Handlers that decide on paths use this: a path as the caller gave it says nothing about where it leads.
     *
     * @throws ErrnoException ENOSYS if this kernel does not have the call that the target made
     */
    OnBehalf onBehalf(PathCheck check);
}
