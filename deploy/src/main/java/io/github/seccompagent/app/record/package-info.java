/**
 * Records which syscalls programs make, and makes seccomp profiles from that.
 *
 * <p>{@link io.github.seccompagent.app.record.CommandRecorder} runs a command and records it. {@link
 * io.github.seccompagent.app.record.RecordResolver} records containers of the agent. Both give {@link
 * io.github.seccompagent.app.record.Evidence} and a profile.
 *
 * <p>Names of programs come from those who are recorded. They are made printable when they are noted.
 */
@NullMarked
package io.github.seccompagent.app.record;

import org.jspecify.annotations.NullMarked;
