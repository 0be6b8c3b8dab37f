/**
 * The helper program. It makes calls on behalf, accepts connections and receives for the agent, and starts small
 * containers.
 *
 * <p>Start with {@link io.github.seccompagent.linux.helper.Executor}, which gives workers, and {@link
 * io.github.seccompagent.linux.helper.AdoptedCaller}, which holds what a worker needs to become the caller.
 *
 * <p>The executor may be used by several threads. A worker, a caller and a request belong to one call.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the
 * errno. The error of a call on behalf is not thrown: it is in the worker's reply.
 */
@NullMarked
package io.github.seccompagent.linux.helper;

import org.jspecify.annotations.NullMarked;
