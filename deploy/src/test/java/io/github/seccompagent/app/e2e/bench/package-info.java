/** Measures agents one after the other. deploy/bench starts it. */
@NullMarked
package io.github.seccompagent.app.e2e.bench;

import org.jspecify.annotations.NullMarked;
