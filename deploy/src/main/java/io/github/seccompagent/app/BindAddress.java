package io.github.seccompagent.app;

import io.github.seccompagent.app.report.UsageException;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address to serve at: HOST:PORT. :PORT and PORT mean that port of all addresses, as in Go programs. */
record BindAddress(InetSocketAddress socketAddress) {
    private static final Pattern FORM =
            Pattern.compile("(?:(?<host>[^:\\[\\]\\s]*|\\[[0-9A-Fa-f:.%\\w]+]):)?(?<port>[0-9]{1,5})");
    private static final int MAX_PORT = 65535;

    /** @throws UsageException if the text is not such an address */
    static BindAddress parse(String option, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group("port")) > MAX_PORT) {
            throw new UsageException(
                    option + ": '" + text + "' is not PORT, :PORT or HOST:PORT, such as 9090 or 127.0.0.1:9090");
        }
        int port = Integer.parseInt(form.group("port"));
        String host = form.group("host");
        boolean all = host == null || host.isEmpty();
        return new BindAddress(all ? new InetSocketAddress(port) : new InetSocketAddress(withoutBrackets(host), port));
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The bound address as text for people. */
    static String text(InetSocketAddress bound) {
        String host = bound.getAddress().getHostAddress();
        return bound.getAddress().isAnyLocalAddress()
                ? "all addresses, port " + bound.getPort()
                : (host.contains(":") ? "[" + host + "]" : host) + ":" + bound.getPort();
    }
}
