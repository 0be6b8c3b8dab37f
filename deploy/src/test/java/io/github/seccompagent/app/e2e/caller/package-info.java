/**
 * A call on behalf succeeds and fails as the kernel would have done it for its caller. Nothing of the caller is held after the
 * answer, and nobody gains anything by what is done for it.
 */
@NullMarked
package io.github.seccompagent.app.e2e.caller;

import org.jspecify.annotations.NullMarked;
