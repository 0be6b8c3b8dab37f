/** The seccomp-agent program: command line, configuration, metrics endpoint. */
@NullMarked
package io.github.seccompagent.app;

import org.jspecify.annotations.NullMarked;
