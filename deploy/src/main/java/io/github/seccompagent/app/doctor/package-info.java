/** Looks at a machine, and says what keeps an agent or its containers from working. */
@NullMarked
package io.github.seccompagent.app.doctor;

import org.jspecify.annotations.NullMarked;
