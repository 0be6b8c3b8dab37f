package io.github.seccompagent.linux.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fixture.Sockets;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an environment says of descriptors is believed as far as it can be true. */
class KeptFdsTest {
    private static final int PID = 77;

    @Test
    void theEnvironmentOfAnotherProcessMeansNothing() {
        try (KeptFds kept = KeptFds.of(Map.of("LISTEN_PID", "78", "LISTEN_FDS", "1", "LISTEN_FDNAMES", "a"), PID)) {
            assertThat(kept.names()).isEmpty();
        }
    }

    @Test
    void numbersThatAreNoneMeanNothing() {
        for (String count : new String[] {"", "x", "-1", "99999999999", "1000000"}) {
            try (KeptFds kept = KeptFds.of(Map.of("LISTEN_PID", "77", "LISTEN_FDS", count), PID)) {
                assertThat(kept.names()).isEmpty();
            }
        }
    }

    @Test
    void eachHasOneOwner() {
        Fd one = Fd.open("/dev/null", 0);
        try (KeptFds kept = KeptFds.of(Map.of("a", List.of(one)))) {
            assertThat(kept.take("a")).containsSame(one);
            assertThat(kept.take("a")).isEmpty();
            assertThat(kept.names()).isEmpty();
        }
        assertThat(one.number()).isNotNegative();
        one.close();
    }

    @Test
    void whatNobodyTakesIsClosed() {
        Fd one = Fd.open("/dev/null", 0);
        KeptFds.of(Map.of("unknown", List.of(one))).close();

        assertThatExceptionOfType(ErrnoException.class).isThrownBy(one::number).matches(e -> e.errno() == Errno.EBADF);
    }

    @Test
    void aStateIsReadAsItWasWritten() {
        byte[] bytes = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        try (Fd memfd = StateMemfd.of(bytes)) {
            assertThat(StateMemfd.read(memfd)).isEqualTo(bytes);
            assertThat(StateMemfd.read(memfd)).isEqualTo(bytes);
            assertThat(ProcFile.readLink("/proc/self/fd/" + memfd.number())).contains("seccomp-agent-state");
        }
    }

    @Test
    void whatIsNoFileHasNoState() throws Exception {
        try (Sockets sockets = new Sockets(Sockets.STREAM)) {
            assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> StateMemfd.read(sockets.own));
        }
    }
}
