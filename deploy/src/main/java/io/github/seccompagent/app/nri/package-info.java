/**
 * The agent as a plugin of NRI: a container runtime asks it about each container that it creates, and it adds what the
 * policy grants.
 *
 * <p>Start with {@link io.github.seccompagent.app.nri.Nri}, the connection to the runtime, and {@link
 * io.github.seccompagent.app.nri.Adjuster}, which decides what a container gets. One thread does all of it. It holds no
 * lock that another thread of the agent waits for.
 */
@NullMarked
package io.github.seccompagent.app.nri;

import org.jspecify.annotations.NullMarked;
