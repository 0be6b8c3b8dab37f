/**
 * Profiles of seccomp: what is wrong with them, what they have in common, and how they differ.
 *
 * <p>Start with {@link io.github.seccompagent.app.profile.ProfileCheck}, and with {@link
 * io.github.seccompagent.app.profile.Profile}, which is what was read of a file.
 *
 * <p>For use by one thread at a time. What cannot be read throws a {@link
 * io.github.seccompagent.app.report.UsageException}. All else that is wrong is a finding.
 */
@NullMarked
package io.github.seccompagent.app.profile;

import org.jspecify.annotations.NullMarked;
