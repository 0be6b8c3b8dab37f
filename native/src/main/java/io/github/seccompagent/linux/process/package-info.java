/**
 * Threads and processes, as procfs and their namespaces show them.
 *
 * <p>Start with {@link io.github.seccompagent.linux.process.ThreadFolder}, the thread that made a call, and {@link
 * io.github.seccompagent.linux.process.KnownProcess}, which is never mistaken for a later process with the same id.
 *
 * <p>Records are snapshots. Everything else is safe for use by several threads, unless its class says otherwise. A
 * process may end at any time. So whoever reads something about it checks afterwards that it is still the same process.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the
 * errno. A process that is gone is ENOENT or ESRCH.
 */
@NullMarked
package io.github.seccompagent.linux.process;

import org.jspecify.annotations.NullMarked;
