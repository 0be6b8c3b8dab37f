/**
 * A server of HTTP/1.1 for short pages. No client can keep it from answering the others. Start with {@link
 * io.github.seccompagent.app.http.HttpServer}, which serves, and {@link io.github.seccompagent.app.http.HttpHandler},
 * which answers.
 *
 * <p>Threads: one thread accepts, reads and writes, and waits for nobody. Handlers must not block it.
 */
@NullMarked
package io.github.seccompagent.app.http;

import org.jspecify.annotations.NullMarked;
