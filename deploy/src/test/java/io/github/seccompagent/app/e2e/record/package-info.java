/** Tests of {@code record}: the profile of a program lets the program run, and lacks nothing that strace sees. */
@NullMarked
package io.github.seccompagent.app.e2e.record;

import org.jspecify.annotations.NullMarked;
