/**
 * What the author of a resolver sees.
 *
 * <p>Start with {@link io.github.seccompagent.api.Resolver}, which chooses the handlers of a container, and
 * {@link io.github.seccompagent.api.NotifiedCall}, what a {@link io.github.seccompagent.api.SyscallHandler} is given.
 *
 * <p>Threads: resolvers, handlers and middleware are called by any thread of the agent, several at a time, and may
 * block; a call that takes long delays nobody else. Everything that is handed over is immutable or safe for use by the
 * thread that it was handed to until the method returns.
 *
 * <p>Errors: a handler says how the call ends with a {@link io.github.seccompagent.api.Response}. It may throw
 * {@link io.github.seccompagent.api.ErrnoException} to fail the call with an errno; anything else that it throws fails
 * the call with EIO and is logged. No exception ends the handling of a container.
 */
@NullMarked
package io.github.seccompagent.api;

import org.jspecify.annotations.NullMarked;
