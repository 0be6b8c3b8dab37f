/** What one container or one peer takes is bounded, and others do not notice it. */
@NullMarked
package io.github.seccompagent.app.e2e.load;

import org.jspecify.annotations.NullMarked;
