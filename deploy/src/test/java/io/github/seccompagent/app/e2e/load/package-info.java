/** One container or one peer can take only a limited amount of anything, and others do not notice it. */
@NullMarked
package io.github.seccompagent.app.e2e.load;

import org.jspecify.annotations.NullMarked;
