/** Handlers that decide on paths, as they are in the container. */
@NullMarked
package io.github.seccompagent.app.e2e.paths;

import org.jspecify.annotations.NullMarked;
