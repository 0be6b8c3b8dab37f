/** Tests the program against the real kernel, the real runc and the real crun. They need root. */
@NullMarked
package io.github.seccompagent.app.e2e;

import org.jspecify.annotations.NullMarked;
