package io.github.seccompagent.app.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The head of a request.
 *
 * @param client the client's address
 * @param method the method, such as GET
 * @param path the decoded path, without the query
 * @param query the query as it was sent, empty if there is none
 * @param headers the header lines
 * @param keepsAlive whether another request can follow on the connection. A request with a body is the last one
 */
public record HttpRequest(
        InetAddress client, String method, String path, String query, List<Header> headers, boolean keepsAlive) {
    private static final Pattern LINE_END = Pattern.compile("\r?\n");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final String VERSION = "HTTP/1.";

    /** One line of the head. */
    public record Header(String name, String value) {}

    public HttpRequest {
        headers = List.copyOf(headers);
    }

    /** The values of all headers with that name, in any case of letters. */
    public List<String> values(String name) {
        return values(headers, name);
    }

    /** Whether the client wants only the head of the answer. */
    boolean wantsNoBody() {
        return method.equals("HEAD");
    }

    /** Reads a head. Empty if it is not a valid one. */
    static Optional<HttpRequest> parse(InetAddress client, byte[] head) {
        String[] lines = LINE_END.split(new String(head, ISO_8859_1).strip());
        String[] words = lines[0].split(" ", -1);
        if (words.length != 3 || !TOKEN.matcher(words[0]).matches() || !words[2].startsWith(VERSION)) {
            return Optional.empty();
        }
        List<Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String name = lines[i].substring(0, Math.max(colon, 0));
            if (!TOKEN.matcher(name).matches()) {
                return Optional.empty();
            }
            headers.add(new Header(name, lines[i].substring(colon + 1).strip()));
        }
        try {
            URI target = new URI(words[1]);
            String path = target.getPath();
            String query = target.getRawQuery();
            boolean keepsAlive = words[2].equals(VERSION + "1") && !closes(headers);
            return Optional.of(new HttpRequest(
                    client, words[0], path == null ? "" : path, query == null ? "" : query, headers, keepsAlive));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static List<String> values(List<Header> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .toList();
    }

    /** Whether the connection ends after this request. A body is not read, so no request can follow it. */
    private static boolean closes(List<Header> headers) {
        return values(headers, "Connection").stream().anyMatch(value -> value.equalsIgnoreCase("close"))
                || !values(headers, "Transfer-Encoding").isEmpty()
                || !values(headers, "Content-Length").stream().allMatch("0"::equals);
    }
}
