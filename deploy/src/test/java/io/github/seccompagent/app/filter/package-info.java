/** Compares what is said of filters with what they do. */
@NullMarked
package io.github.seccompagent.app.filter;

import org.jspecify.annotations.NullMarked;
