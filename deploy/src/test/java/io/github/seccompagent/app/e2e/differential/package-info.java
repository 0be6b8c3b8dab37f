/** Makes calls twice, with an agent and without one, and compares what comes of them. */
@NullMarked
package io.github.seccompagent.app.e2e.differential;

import org.jspecify.annotations.NullMarked;
