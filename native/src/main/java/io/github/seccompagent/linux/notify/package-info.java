/**
 * The seccomp listener, seccomp_unotify(2).
 *
 * <p>Start with {@link io.github.seccompagent.linux.notify.Listener}, which receives, checks and answers, and {@link
 * io.github.seccompagent.linux.notify.Notification}, a copy of what was received.
 *
 * <p>A listener may be used by several threads, each with {@link
 * io.github.seccompagent.linux.notify.NotificationBuffers} of its own.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the
 * errno. A caller that is gone is no error.
 */
@NullMarked
package io.github.seccompagent.linux.notify;

import org.jspecify.annotations.NullMarked;
