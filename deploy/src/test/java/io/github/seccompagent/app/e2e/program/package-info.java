/** Tests what the program offers: its commands, resolvers, handlers and metrics, its start and its end. */
@NullMarked
package io.github.seccompagent.app.e2e.program;

import org.jspecify.annotations.NullMarked;
