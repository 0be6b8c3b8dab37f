package io.github.seccompagent.app;

import java.net.InetSocketAddress;

/** HOST:PORT; without a host all interfaces, as Go programs have it. */
record BindAddress(InetSocketAddress socketAddress) {

    /** @throws UsageException if the text is none */
    static BindAddress parse(String option, String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            String host = text.substring(0, Math.max(colon, 0));
            return new BindAddress(
                    host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(bare(host), port));
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": '" + text + "' is not HOST:PORT, as 127.0.0.1:9090 is");
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
