package io.github.seccompagent.app.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/**
 * An answer to a request.
 *
 * @param headers the headers, without Content-Length and Connection
 * @param body not copied; do not change it afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares answers
public record HttpAnswer(int status, Map<String, String> headers, byte[] body) {
    public static final int OK = 200;
    public static final int BAD_REQUEST = 400;
    public static final int NOT_FOUND = 404;
    public static final int HEAD_TOO_LARGE = 431;
    public static final int SERVER_ERROR = 500;
    public static final int UNAVAILABLE = 503;

    private static final Map<Integer, String> REASONS = Map.of(
            OK, "OK",
            BAD_REQUEST, "Bad Request",
            NOT_FOUND, "Not Found",
            HEAD_TOO_LARGE, "Request Header Fields Too Large",
            SERVER_ERROR, "Internal Server Error",
            UNAVAILABLE, "Service Unavailable");

    public HttpAnswer {
        headers = Map.copyOf(headers);
    }

    /** An answer of one line of text. */
    public static HttpAnswer text(int status, String line) {
        return new HttpAnswer(
                status, Map.of("Content-Type", "text/plain; charset=utf-8"), (line + "\n").getBytes(UTF_8));
    }

    /** The bytes that precede the body. */
    byte[] head(boolean keepAlive) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "") + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n");
        if (!keepAlive) {
            head.append("Connection: close\r\n");
        }
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }
}
