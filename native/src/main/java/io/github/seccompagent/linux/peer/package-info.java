/**
 * Peers: who connects to the agent's socket, and the container process state that they send.
 *
 * <p>Start with {@link io.github.seccompagent.linux.peer.ListeningSocket}, the socket that runtimes connect to, and
 * {@link io.github.seccompagent.linux.peer.Peer}, the evidence about who connects.
 *
 * <p>Processes of the helper accept connections and receive states. So the agent itself never has a descriptor that a
 * peer chose, except seccomp listeners. A connection is for one thread, but any thread may close it.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the
 * errno. A peer that is gone is no error.
 */
@NullMarked
package io.github.seccompagent.linux.peer;

import org.jspecify.annotations.NullMarked;
