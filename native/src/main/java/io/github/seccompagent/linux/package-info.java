/** The kernel boundary: system calls, notification structs, fd passing. */
@NullMarked
package io.github.seccompagent.linux;

import org.jspecify.annotations.NullMarked;
