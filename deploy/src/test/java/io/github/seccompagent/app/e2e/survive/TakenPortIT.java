package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Between two agents anybody can take the port of the metrics. Containers must not wait for it. */
class TakenPortIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, LOOPBACK)) {
            return free.getLocalPort();
        }
    }

    /** Takes the port, unless a thread of the agent has not ended yet. */
    private static @Nullable ServerSocket take(int port) {
        try {
            return new ServerSocket(port, 1, LOOPBACK);
        } catch (IOException notYet) {
            return null;
        }
    }

    @Test
    void containersAreServedAndTheMetricsLater() throws Exception {
        int port = freePort();
        try (KeptAgent agent = KeptAgent.start("demo-basic", "--metrics-bind-address=127.0.0.1:" + port);
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            agent.killForNow();
            ServerSocket taken = Await.until("the port").until(() -> take(port), Objects::nonNull);
            try {
                agent.startNext();

                container.shell("mkdir /abc").orFail();
                assertThat(agent.log()).anyMatch(line -> line.contains("cannot serve metrics on 127.0.0.1:" + port));
            } finally {
                taken.close();
            }
            Await.until("the metrics")
                    .until(() -> agent.log().stream()
                                    .filter(("metrics on port " + port)::equals)
                                    .count()
                            == 2);
        }
    }
}
