/** The seccomp-agent program: its commands, its logging and its metrics. */
@NullMarked
package io.github.seccompagent.app;

import org.jspecify.annotations.NullMarked;
