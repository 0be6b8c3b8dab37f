/**
 * The handlers and resolvers that come with the agent, written against the API alone as anybody's could be.
 *
 * <p>{@link io.github.seccompagent.resolver.Handlers} has the handlers, {@link
 * io.github.seccompagent.resolver.NamedResolver} the resolvers that the program's {@code --resolver} knows.
 */
@NullMarked
package io.github.seccompagent.resolver;

import org.jspecify.annotations.NullMarked;
