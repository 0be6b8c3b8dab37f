/**
 * What seccomp does with the calls of a process, a container or a profile.
 *
 * <p>Start with {@link io.github.seccompagent.app.inspect.Inspection}, which the command prints.
 */
@NullMarked
package io.github.seccompagent.app.inspect;

import org.jspecify.annotations.NullMarked;
