package io.github.seccompagent.app.http;

/** Answers requests. Called by the server's only thread, so it waits for nothing: what takes time is done by another thread. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers a request, at once or later.
     *
     * @param reply takes the answer, of any thread
     */
    void handle(HttpRequest request, Reply reply);

    /** Takes the answer to one request. Safe for use by several threads; after the first answer it does nothing more. */
    @FunctionalInterface
    interface Reply {
        void send(HttpAnswer answer);
    }
}
