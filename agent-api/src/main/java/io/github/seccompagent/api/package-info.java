/**
 * The API for authors of resolvers and handlers.
 *
 * <p>Start with {@link io.github.seccompagent.api.Resolver}, which chooses the handlers of a container. Then read
 * {@link io.github.seccompagent.api.NotifiedCall}, which a {@link io.github.seccompagent.api.SyscallHandler} gets.
 *
 * <p>Threads: any thread of the agent calls resolvers, handlers and middleware, several at a time. They may block: a
 * call that takes long delays nobody else. Each object that they get is either immutable, or for use by the called
 * thread until the method returns.
 *
 * <p>Errors: a handler returns a {@link io.github.seccompagent.api.Response}, which says how the call ends. It may also
 * throw {@link io.github.seccompagent.api.ErrnoException}, which fails the call with that errno. Any other exception
 * fails the call with EIO, and is logged. No exception ends the handling of a container.
 */
@NullMarked
package io.github.seccompagent.api;

import org.jspecify.annotations.NullMarked;
