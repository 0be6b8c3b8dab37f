/** Accepts listeners, runs the notification loops and dispatches. */
@NullMarked
package io.github.seccompagent.runtime;

import org.jspecify.annotations.NullMarked;
