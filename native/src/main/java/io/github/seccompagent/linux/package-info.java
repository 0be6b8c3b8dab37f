/**
 * The kernel boundary. {@link io.github.seccompagent.linux.Requirements} says what an agent lacks here; each package below this
 * one holds one idea. The runtime and the program are the only users. Authors of resolvers need nothing of it.
 *
 * <p>A package uses only packages that stand before it: {@code libc}, {@code fd}, {@code process}, {@code cgroup},
 * {@code notify}, {@code syscall}, {@code mount}, {@code helper}, {@code peer}. The numbers of C stop here. Callers get
 * records, enums of the API, and {@link io.github.seccompagent.linux.fd.Fd}, the one owner of a descriptor.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the errno.
 */
@NullMarked
package io.github.seccompagent.linux;

import org.jspecify.annotations.NullMarked;
