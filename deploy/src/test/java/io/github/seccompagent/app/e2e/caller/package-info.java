/**
 * A call on behalf succeeds and fails as if its caller had made it. The agent holds nothing of the caller after the
 * answer, and nobody gains anything from what the agent does.
 */
@NullMarked
package io.github.seccompagent.app.e2e.caller;

import org.jspecify.annotations.NullMarked;
