/** Fuzzes what reads bytes that somebody else chose, in Java and in C. */
@NullMarked
package io.github.seccompagent.app.e2e.fuzz;

import org.jspecify.annotations.NullMarked;
