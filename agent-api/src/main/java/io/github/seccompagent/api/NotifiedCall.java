package io.github.seccompagent.api;

import org.jspecify.annotations.Nullable;

/**
 * A syscall that waits for its answer.
 *
 * <p>Arguments are numbered by meaning, not by register: those of all calls of a family are those of its oldest member
 * as its man page shows them, and the directory descriptor of an *at call belongs to its path. So mkdir("/a", 0755) and
 * mkdirat(AT_FDCWD, "/a", 0755) both have path 0 and mode 1. Calls that belong to no family have the layout of their man
 * page.
 *
 * <p>What an argument points to is copied from the target when it is first asked for, once; it is the same however often
 * it is asked for, whatever the target does to its memory.
 *
 * <p>For use by the handling thread, until the handler returns.
 */
public interface NotifiedCall {

    /** The name of the call, as in the man pages: mkdirat. */
    String syscall();

    /** The name of the oldest call of its family: mkdir for mkdirat. The name of the call where it has no family. */
    String family();

    /** The thread that made the call, as the agent sees it. */
    int threadId();

    /** The container that it belongs to. */
    ContainerProcessState container();

    /** Who makes the call: the calling thread's own credentials. */
    Credentials credentials();

    /** The value of an argument as it stands in the register, 0 extended where the caller is a 32-bit program. */
    long argument(int index);

    /** An argument of the type mode_t. */
    default int mode(int index) {
        return (int) argument(index) & 0xffff;
    }

    /**
     * A path argument.
     *
     * @throws ErrnoException EFAULT or ENAMETOOLONG, as the kernel would have said
     */
    TargetPath path(int index);

    /**
     * A string argument that is not a path, null where the caller gave a NULL pointer.
     *
     * @throws ErrnoException EFAULT, or EINVAL where the string is longer than a page
     */
    @Nullable TargetString string(int index);

    /** Calls made in the target's place. */
    OnBehalf onBehalf();
}
