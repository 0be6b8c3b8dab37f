/**
 * Seccomp filters: those that a thread has, as the kernel holds them, and those that libseccomp makes of rules.
 *
 * <p>Start with {@link io.github.seccompagent.linux.filter.InstalledFilter}, which reads the filters of a thread, and
 * {@link io.github.seccompagent.linux.filter.RuleCompiler}, which has libseccomp compile rules.
 *
 * <p>Records are snapshots. A compiler is for one thread. What reads filters may be called by any thread: it does its
 * work on a thread of its own, because to the kernel a tracer is a thread.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. A thread that is gone is ENOENT or ESRCH.
 */
@NullMarked
package io.github.seccompagent.linux.filter;

import org.jspecify.annotations.NullMarked;
