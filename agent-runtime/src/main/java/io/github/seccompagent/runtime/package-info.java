/**
 * Accepts listeners from container runtimes and answers their notifications.
 *
 * <p>Most users need {@link io.github.seccompagent.runtime.SeccompAgent}. {@link
 * io.github.seccompagent.runtime.Counter} lists what it counts.
 *
 * <p>Threads: each socket has one thread that takes over accepted connections. One of the loop threads, the leader,
 * waits on the kernel. It handles a notification itself, or gives it to a spare thread if it expects longer work. If
 * the leader is busy for too long, a watchdog makes another thread the leader. Resolvers run on threads of their own.
 *
 * <p>Errors: starting throws {@link java.io.IOException} with a message for the user. After that, nothing that a
 * container or a peer does ends the agent or disturbs another container. Errors are logged and counted.
 */
@NullMarked
package io.github.seccompagent.runtime;

import org.jspecify.annotations.NullMarked;
