/**
 * What outlives the agent: a keeper has copies of the descriptors that the agent stores there, and gives them to the
 * next one.
 *
 * <p>Start with {@link io.github.seccompagent.linux.keeper.KeeperSocket}, which stores and removes,
 * {@link io.github.seccompagent.linux.keeper.KeptFds}, what came from the agent before, and
 * {@link io.github.seccompagent.linux.keeper.Journal}, the calls that it had received.
 *
 * <p>What comes from the agent before is data of another version, or half of it: it is checked and never trusted.
 *
 * <p>Errors are {@link io.github.seccompagent.api.ErrnoException}s. The message names the call, its object and the
 * errno.
 */
@NullMarked
package io.github.seccompagent.linux.keeper;

import org.jspecify.annotations.NullMarked;
