package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The variables of another process, which has started this one, are not for this one. */
class KeeperTest {
    private static final int PID = 4711;
    private static final String NOBODY = "/nobody/listens/here";

    private static boolean isKept(Map<String, String> environment) {
        return Keeper.ofEnvironment(environment, PID).socket().isPresent();
    }

    @Test
    void nobodyIsTheKeeperWhereNothingSaysSo() {
        assertThat(isKept(Map.of())).isFalse();
        assertThat(isKept(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "0"))).isFalse();
    }

    @Test
    void theKeeperOfAnotherProcessIsNotUsed() {
        assertThat(isKept(Map.of("SECCOMP_AGENT_KEEPER", "2", "LISTEN_PID", "4712")))
                .isFalse();
        assertThat(isKept(Map.of("SECCOMP_AGENT_KEEPER", "2"))).isFalse();
        assertThat(isKept(Map.of("NOTIFY_SOCKET", NOBODY, "SYSTEMD_EXEC_PID", "4712")))
                .isFalse();
    }

    @Test
    void aSocketThatIsNoneIsNotUsed() {
        assertThat(isKept(Map.of("NOTIFY_SOCKET", NOBODY))).isFalse();
        assertThat(isKept(Map.of("NOTIFY_SOCKET", "vsock:2:1234"))).isFalse();
        assertThat(isKept(Map.of("NOTIFY_SOCKET", "@" + "x".repeat(200)))).isFalse();
        assertThat(isKept(Map.of("SECCOMP_AGENT_KEEPER", "nothing", "LISTEN_PID", "4711")))
                .isFalse();
    }
}
