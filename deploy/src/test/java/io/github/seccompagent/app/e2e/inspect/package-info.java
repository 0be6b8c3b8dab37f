/** What {@code seccomp-agent inspect} says of processes and containers. */
@NullMarked
package io.github.seccompagent.app.e2e.inspect;

import org.jspecify.annotations.NullMarked;
