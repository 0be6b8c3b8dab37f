/**
 * A server of HTTP/1.1 for short pages, which whoever can reach its port cannot keep from answering others: {@link
 * io.github.seccompagent.app.http.HttpServer}, and {@link io.github.seccompagent.app.http.HttpHandler} for what it answers.
 *
 * <p>One thread accepts, reads and writes, and waits for nobody; handlers must not keep it waiting either.
 */
@NullMarked
package io.github.seccompagent.app.http;

import org.jspecify.annotations.NullMarked;
