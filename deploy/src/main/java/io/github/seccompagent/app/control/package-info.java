/**
 * The control socket of the running agent, and the commands that ask there. {@link
 * io.github.seccompagent.app.control.ControlServer} is the agent's side. {@link
 * io.github.seccompagent.app.control.Ps}, {@link io.github.seccompagent.app.control.Trace} and {@link
 * io.github.seccompagent.app.control.Top} ask.
 *
 * <p>A client sends one line of JSON, and gets lines of JSON. Each line has a type. The first one has the version.
 */
@NullMarked
package io.github.seccompagent.app.control;

import org.jspecify.annotations.NullMarked;
