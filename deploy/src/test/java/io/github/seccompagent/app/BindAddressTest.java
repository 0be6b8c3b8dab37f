package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.app.report.UsageException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindAddressTest {
    private static InetSocketAddress parse(String text) {
        return BindAddress.parse("--metrics-bind-address", text).socketAddress();
    }

    @ParameterizedTest
    @ValueSource(strings = {"9090", ":9090", "0.0.0.0:9090", "[::]:9090"})
    void aPortOfAllAddresses(String text) {
        assertThat(parse(text).getAddress().isAnyLocalAddress()).isTrue();
        assertThat(parse(text).getPort()).isEqualTo(9090);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:0, 127.0.0.1, 0", "localhost:65535, 127.0.0.1, 65535", "[::1]:999, 0:0:0:0:0:0:0:1, 999"})
    void aHostAndAPort(String text, String address, int port) {
        assertThat(parse(text).getAddress().getHostAddress()).isEqualTo(address);
        assertThat(parse(text).getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "nowhere",
                "127.0.0.1",
                "127.0.0.1:",
                "::1:9090",
                "[::1]",
                "[::1:9090",
                "[]:1",
                "65536",
                ":99999",
                "-1",
                ":+1",
                " 9090",
                "9090 ",
                "a b:1",
                "http://127.0.0.1:9090",
                "1:2:3",
                "9090/metrics",
                "\u0661"
            })
    void anythingElseIsNone(String text) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("HOST:PORT");
    }

    @Test
    void whatWasBoundIsSaid() {
        assertThat(BindAddress.text(new InetSocketAddress("127.0.0.1", 80))).isEqualTo("127.0.0.1:80");
        assertThat(BindAddress.text(new InetSocketAddress("::1", 80))).isEqualTo("[0:0:0:0:0:0:0:1]:80");
        assertThat(BindAddress.text(new InetSocketAddress(80))).isEqualTo("all addresses, port 80");
    }
}
