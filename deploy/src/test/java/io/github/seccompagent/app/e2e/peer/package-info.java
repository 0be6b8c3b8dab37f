/**
 * Tests the socket: who may hand over a listener, what a state may look like, and what a peer gets by its own words.
 */
@NullMarked
package io.github.seccompagent.app.e2e.peer;

import org.jspecify.annotations.NullMarked;
