package io.github.seccompagent.app.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the pages of an agent. All of them together have one deadline, however slowly they come. */
final class MetricsClient {
    private static final Duration PATIENCE = Duration.ofSeconds(10); // the agent's own trial takes 6 seconds at most
    private static final int MOST_BYTES = 4 << 20;
    private static final Pattern ANSWER =
            Pattern.compile("HTTP/1\\.[01] ([0-9]{3})\\b.*?\r?\n\r?\n(.*)", Pattern.DOTALL);

    private final InetSocketAddress address;
    private final Duration patience;
    private @Nullable Long end; // System.nanoTime(), from the first page on

    /** @param status of HTTP */
    record Page(int status, String text) {}

    MetricsClient(InetSocketAddress address) {
        this(address, PATIENCE);
    }

    /** @param patience how long all pages may take in all */
    MetricsClient(InetSocketAddress address, Duration patience) {
        this.address = address;
        this.patience = patience;
    }

    @Override
    public String toString() {
        return host() + ":" + address.getPort();
    }

    private String host() {
        InetAddress found = address.getAddress();
        if (found == null) {
            return address.getHostString();
        }
        String host = found.isAnyLocalAddress() ? "127.0.0.1" : found.getHostAddress();
        return host.contains(":") ? "[" + host.replaceFirst("%.*", "") + "]" : host;
    }

    /** @throws IOException if nobody answers there in time, or not with HTTP, or with too much */
    Page get(String path) throws IOException {
        // HttpURLConnection has a time limit for each read, and each read may bring one byte.
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(address, left());
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.0\r\nHost: " + this
                                    + "\r\nAccept: text/plain\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return page(answer(socket));
        } catch (SocketTimeoutException e) {
            throw new IOException("there is no whole answer after " + patience.toSeconds() + " seconds", e);
        }
    }

    private String answer(Socket socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 << 10];
        while (true) {
            socket.setSoTimeout(left());
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                return answer.toString(StandardCharsets.UTF_8);
            }
            answer.write(buffer, 0, count);
            if (answer.size() > MOST_BYTES) {
                throw new IOException("the page is larger than " + MOST_BYTES + " bytes");
            }
        }
    }

    private static Page page(String answer) throws IOException {
        Matcher parts = ANSWER.matcher(answer);
        if (!parts.matches()) {
            throw new IOException("the answer is not HTTP");
        }
        return new Page(Integer.parseInt(parts.group(1)), parts.group(2));
    }

    /** The milliseconds that are left. */
    private int left() throws SocketTimeoutException {
        long now = System.nanoTime();
        if (end == null) {
            end = now + patience.toNanos();
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(end - now);
        if (millis <= 0) {
            throw new SocketTimeoutException("too late");
        }
        return (int) millis;
    }
}
