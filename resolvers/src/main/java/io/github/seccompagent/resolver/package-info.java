/**
 * The handlers and resolvers that come with the agent. They use the API alone, so anybody can write others like them.
 *
 * <p>{@link io.github.seccompagent.resolver.Handlers} has the handlers. {@link
 * io.github.seccompagent.resolver.NamedResolver} has the resolvers that the program's {@code --resolver} knows.
 */
@NullMarked
package io.github.seccompagent.resolver;

import org.jspecify.annotations.NullMarked;
