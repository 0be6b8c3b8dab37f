/**
 * Who may have what, without Java: a {@link io.github.seccompagent.resolver.policy.Policy} has named grants, and says
 * who may ask for them. All classes are safe for use by several threads.
 */
@NullMarked
package io.github.seccompagent.resolver.policy;

import org.jspecify.annotations.NullMarked;
