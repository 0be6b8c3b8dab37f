/**
 * System calls: names, numbers and arguments, on each architecture that a process here can have.
 *
 * <p>Start with {@link io.github.seccompagent.linux.syscall.SyscallTable}, from number to name and back, and {@link
 * io.github.seccompagent.linux.syscall.ArgumentLayout}, which says what a call's arguments mean.
 *
 * <p>Safe for use by several threads.
 *
 * <p>An unknown number gets a name of its own and is no error. If libseccomp is missing, the first use throws a {@link
 * java.lang.LinkageError}.
 */
@NullMarked
package io.github.seccompagent.linux.syscall;

import org.jspecify.annotations.NullMarked;
