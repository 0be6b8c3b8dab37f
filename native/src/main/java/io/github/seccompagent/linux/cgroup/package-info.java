/**
 * Cgroups: which ones a call belongs to, and which ones are a container's own.
 *
 * <p>Start with {@link io.github.seccompagent.linux.cgroup.FreezableCgroup}, which freezes a container, and {@link
 * io.github.seccompagent.linux.cgroup.ContainerThreads}, which tells whose thread made a call.
 *
 * <p>Safe for use by several threads. The agent's own cgroups are looked up once.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the
 * errno. A cgroup that the agent does not see is EXDEV.
 */
@NullMarked
package io.github.seccompagent.linux.cgroup;

import org.jspecify.annotations.NullMarked;
