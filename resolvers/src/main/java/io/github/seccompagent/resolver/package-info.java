/** The handlers and resolvers that come with seccomp-agent. */
@NullMarked
package io.github.seccompagent.resolver;

import org.jspecify.annotations.NullMarked;
