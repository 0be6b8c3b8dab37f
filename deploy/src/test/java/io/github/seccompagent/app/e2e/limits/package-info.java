/** What goes wrong inside of the agent, or runs out around it, is survived, and its containers are served on. */
@NullMarked
package io.github.seccompagent.app.e2e.limits;

import org.jspecify.annotations.NullMarked;
