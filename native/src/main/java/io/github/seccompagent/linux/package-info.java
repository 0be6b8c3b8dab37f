/**
 * The kernel boundary. Each package below this one holds one idea. {@link io.github.seccompagent.linux.Requirements}
 * says what an agent lacks on this machine. Only the runtime and the program use this module. Authors of resolvers need
 * nothing of it.
 *
 * <p>A package uses only packages that stand before it in this list: {@code libc}, {@code fd}, {@code process}, {@code
 * cgroup}, {@code notify}, {@code syscall}, {@code mount}, {@code helper}, {@code peer}. The numbers of C stop here.
 * Callers get records, enums of the API, and {@link io.github.seccompagent.linux.fd.Fd}, the one owner of a descriptor.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the
 * errno.
 */
@NullMarked
package io.github.seccompagent.linux;

import org.jspecify.annotations.NullMarked;
