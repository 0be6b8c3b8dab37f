/**
 * Profiles that notify what grants need, and otherwise do what another profile does.
 *
 * <p>Start with {@link io.github.seccompagent.app.make.ProfileMaker}. All of it is for use by one thread at a time.
 */
@NullMarked
package io.github.seccompagent.app.make;

import org.jspecify.annotations.NullMarked;
