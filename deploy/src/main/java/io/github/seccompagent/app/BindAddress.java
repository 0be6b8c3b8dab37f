package io.github.seccompagent.app;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** HOST:PORT; without a host all interfaces, as Go programs have it. */
record BindAddress(InetSocketAddress socketAddress) {

    /** Reads the option. */
    static final class Converter implements ITypeConverter<BindAddress> {
        @Override
        public BindAddress convert(String value) {
            int colon = value.lastIndexOf(':');
            try {
                int port = Integer.parseInt(value.substring(colon + 1));
                String host = value.substring(0, Math.max(colon, 0));
                return new BindAddress(
                        host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(bare(host), port));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + value + "' is not HOST:PORT, as 127.0.0.1:9090 is");
            }
        }

        private static String bare(String host) {
            return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        }
    }
}
