/**
 * Descriptors, and what can be done with each of them: reading, waiting, sending. Also this machine's architecture, and
 * the system calls for which the C library has no function.
 *
 * <p>Start with {@link io.github.seccompagent.linux.fd.Fd}, the one owner of a descriptor, and {@link
 * io.github.seccompagent.linux.fd.Epoll}, which waits for many.
 *
 * <p>An {@code Fd} may be closed by any thread. Buffers and open files of procfs are for one thread.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the
 * errno.
 */
@NullMarked
package io.github.seccompagent.linux.fd;

import org.jspecify.annotations.NullMarked;
