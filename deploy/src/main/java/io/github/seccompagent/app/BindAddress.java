package io.github.seccompagent.app;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HOST:PORT; :PORT and PORT are that port of all addresses, as Go programs and others have it. */
record BindAddress(InetSocketAddress socketAddress) {
    private static final Pattern FORM =
            Pattern.compile("(?:(?<host>[^:\\[\\]\\s]*|\\[[0-9A-Fa-f:.%\\w]+]):)?(?<port>[0-9]{1,5})");
    private static final int MAX_PORT = 65535;

    /** @throws UsageException if the text is none */
    static BindAddress parse(String option, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group("port")) > MAX_PORT) {
            throw new UsageException(
                    option + ": '" + text + "' is none of PORT, :PORT and HOST:PORT, as 9090 and 127.0.0.1:9090 are");
        }
        int port = Integer.parseInt(form.group("port"));
        String host = form.group("host");
        return new BindAddress(
                host == null || host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(bare(host), port));
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** An address that was bound, for people. */
    static String text(InetSocketAddress bound) {
        String host = bound.getAddress().getHostAddress();
        return bound.getAddress().isAnyLocalAddress()
                ? "all addresses, port " + bound.getPort()
                : (host.contains(":") ? "[" + host + "]" : host) + ":" + bound.getPort();
    }
}
