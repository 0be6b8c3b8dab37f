/** What a person sees of the running agent: its control socket, the commands that ask there, and its log. */
@NullMarked
package io.github.seccompagent.app.e2e.control;

import org.jspecify.annotations.NullMarked;
