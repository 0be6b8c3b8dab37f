/** Small programs to copy from. */
@NullMarked
package io.github.seccompagent.examples;

import org.jspecify.annotations.NullMarked;
