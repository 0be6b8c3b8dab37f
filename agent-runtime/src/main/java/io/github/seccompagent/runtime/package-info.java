/**
 * Accepts listeners from container runtimes and answers their notifications.
 *
 * <p>{@link io.github.seccompagent.runtime.SeccompAgent} is what most users need, and
 * {@link io.github.seccompagent.runtime.Counter} what it counts.
 *
 * <p>Threads: one accepts connections; one of a few loop threads waits on the kernel and handles what it receives by
 * itself; a watchdog hands the waiting over to another when that takes long. Resolvers run on threads of their own.
 *
 * <p>Errors: starting throws {@link java.io.IOException} with a message for the user. Nothing that a container or a peer
 * does afterwards ends the agent, or the handling of another container: it is logged and counted.
 */
@NullMarked
package io.github.seccompagent.runtime;

import org.jspecify.annotations.NullMarked;
