/** Measures agents one after the other. Started by deploy/bench. */
@NullMarked
package io.github.seccompagent.app.e2e.bench;

import org.jspecify.annotations.NullMarked;
