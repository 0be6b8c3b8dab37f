package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Between two agents anybody can take the port of the metrics. Containers must not wait for it. */
class TakenPortIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Below those that the kernel gives to others who ask for any. */
    private static int freePort() throws IOException {
        for (int port = 21_000; ; port++) {
            try (ServerSocket free = new ServerSocket(port, 1, LOOPBACK)) {
                return free.getLocalPort();
            } catch (BindException taken) {
                // the next one then
            }
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
                    .untilAsserted(() -> assertThat(agent.log())
                            .filteredOn(("metrics on port " + port)::equals)
                            .hasSize(2));
        }
    }
}
