/**
 * Policies in files: what is wrong with them, what they do with a call, and what becomes of containers when a file
 * changes.
 *
 * <p>Start with {@link io.github.seccompagent.app.policy.PolicyFile}, which reads one, and with {@link
 * io.github.seccompagent.app.policy.PolicyWatch}, which has the present one.
 *
 * <p>For use by one thread at a time, except for PolicyWatch. What cannot be read throws a {@link
 * io.github.seccompagent.app.report.UsageException}. All else that is wrong is a finding.
 */
@NullMarked
package io.github.seccompagent.app.policy;

import org.jspecify.annotations.NullMarked;
