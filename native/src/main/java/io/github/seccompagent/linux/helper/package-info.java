/**
 * The helper program: it makes calls on behalf, receives for the agent, and starts small containers.
 *
 * <p>Start with {@link io.github.seccompagent.linux.helper.Executor}, which has workers, and
 * {@link io.github.seccompagent.linux.helper.AdoptedCaller}, which is what a worker needs to become the caller.
 *
 * <p>The executor may be used by several threads. A worker, a caller and a request belong to one call.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the errno. What
 * a call itself fails with is in the worker's reply and is not thrown.
 */
@NullMarked
package io.github.seccompagent.linux.helper;

import org.jspecify.annotations.NullMarked;
