/** The agent is killed, and its containers do not see it. */
@NullMarked
package io.github.seccompagent.app.e2e.survive;

import org.jspecify.annotations.NullMarked;
