package io.github.seccompagent.app.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Reads the pages of an agent. */
final class MetricsClient {
    private static final int MILLIS = 7_000; // the agent's own trial takes 6 seconds at most
    private static final int MOST_BYTES = 4 << 20;

    private final InetSocketAddress address;

    /** @param status of HTTP */
    record Page(int status, String text) {}

    MetricsClient(InetSocketAddress address) {
        this.address = address;
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
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://" + this + path).toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(MILLIS);
        connection.setReadTimeout(MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("Accept", "text/plain");
        try {
            int status = connection.getResponseCode();
            return new Page(status, body(connection));
        } finally {
            connection.disconnect();
        }
    }

    private static String body(HttpURLConnection connection) throws IOException {
        try (InputStream body =
                connection.getErrorStream() == null ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("the page is larger than " + MOST_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
