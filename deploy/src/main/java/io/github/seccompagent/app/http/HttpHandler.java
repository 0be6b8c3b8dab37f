package io.github.seccompagent.app.http;

/**
 * Answers requests. The server's only thread calls it, so it must not block. Another thread must do what takes time.
 */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers a request, at once or later.
     *
     * @param reply takes the answer; any thread may call it
     */
    void handle(HttpRequest request, Reply reply);

    /** Takes the answer to one request. Safe for use by several threads. It ignores all answers after the first. */
    @FunctionalInterface
    interface Reply {
        void send(HttpAnswer answer);
    }
}
