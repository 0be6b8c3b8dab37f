/** Makes each call twice, with an agent and without one, and compares the results. */
@NullMarked
package io.github.seccompagent.app.e2e.differential;

import org.jspecify.annotations.NullMarked;
