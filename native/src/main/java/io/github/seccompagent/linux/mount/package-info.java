/**
 * Mounts: what a new one is to be, and which ones there are.
 *
 * <p>Start with {@link io.github.seccompagent.linux.mount.NewMount}, a mount to be made, and {@link
 * io.github.seccompagent.linux.mount.GrantedMount}, one that was made.
 *
 * <p>Safe for use by several threads. Nothing here makes a mount: a worker does.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the
 * errno. It never holds the options of a mount, which may be passwords.
 */
@NullMarked
package io.github.seccompagent.linux.mount;

import org.jspecify.annotations.NullMarked;
