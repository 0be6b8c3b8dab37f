/**
 * The kernel boundary: the seccomp listener, the container process state's sockets, the target's memory and status, and
 * the helper that makes calls on behalf. The runtime is its only user; nothing here is meant for authors of resolvers.
 *
 * <p>Numbers of C stop here: what comes out is records, enums of the API, and {@link
 * io.github.seccompagent.linux.Fd}, the one owner of a descriptor.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s whose message names the call, what it was about and
 * the errno.
 */
@NullMarked
package io.github.seccompagent.linux;

import org.jspecify.annotations.NullMarked;
