/**
 * What seccomp filters do with each call, without making one: all ways through a filter are followed, with unknown
 * arguments.
 *
 * <p>Start with {@link io.github.seccompagent.app.filter.FilterChain}, the filters of a thread, and {@link
 * io.github.seccompagent.app.filter.Verdict}, what they do with one call.
 */
@NullMarked
package io.github.seccompagent.app.filter;

import org.jspecify.annotations.NullMarked;
