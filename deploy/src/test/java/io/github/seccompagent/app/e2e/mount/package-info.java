/** Tests granted mounts: what is mounted, what covers it, what can be taken off, and what attackers try meanwhile. */
@NullMarked
package io.github.seccompagent.app.e2e.mount;

import org.jspecify.annotations.NullMarked;
