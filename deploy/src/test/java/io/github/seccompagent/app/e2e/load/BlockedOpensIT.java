package io.github.seccompagent.app.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Opens of FIFOs that nobody writes to are normal. They delay no other call, not even one of the same container. */
class BlockedOpensIT {
    private static final int CONTAINERS = 4;
    private static final int READERS = 16;
    private static final int ROUNDS = 5;
    private static final String READ =
            "mkfifo /fifo; for i in $(seq " + READERS + "); do read line < /fifo & done; wait";

    @AutoClose
    private static final EmbeddedAgent AGENT =
            EmbeddedAgent.with(handlers -> handlers.on("open", BlockedOpensIT::open));

    private static Response open(NotifiedCall call) {
        boolean ofFifo = call.path(0).name().is("/fifo");
        return ofFifo ? call.onBehalf().open(call.path(0), call.argument(1), 0, 0) : Response.proceed();
    }

    @Test
    void theyKeepNoOtherCallWaiting() throws Exception {
        OciBundle bundle = OciBundle.notifying(AGENT.socket()).notified("open", "openat");
        List<OciContainer> containers = new ArrayList<>();
        try {
            for (int i = 0; i < CONTAINERS; i++) {
                containers.add(OciContainer.start(OciRuntime.RUNC, bundle));
                containers.get(i).begin(READ);
            }
            Await.until("all readers").until(() -> AGENT.callsInFlight() == CONTAINERS * READERS);

            for (OciContainer container : containers) {
                assertThat(container.shell("echo written > /file; cat /file").orFail())
                        .isEqualTo("written");
            }
        } finally {
            containers.forEach(OciContainer::close);
        }
    }

    /**
     * A worker is in its caller's cgroups. The runtime tries to remove them for a third of a second, which is not
     * always enough on a busy machine. But a worker may stay no longer than it needs to run.
     */
    @Test
    void theirContainersCanBeDeleted() throws Exception {
        OciBundle bundle = OciBundle.notifying(AGENT.socket()).notified("open", "openat");
        int removed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle);
            try (container) {
                container.begin(READ);
                Await.until("all readers").until(() -> AGENT.callsInFlight() == READERS);
            }
            String left = Command.run("find", "/sys/fs/cgroup", "-name", "*" + container.id())
                    .out();
            removed += left.isEmpty() ? 1 : 0;
            Await.until("no call").until(() -> AGENT.callsInFlight() == 0);
            for (String folder : left.lines().toList()) {
                Await.until("nobody in it").until(() -> new File(folder).delete());
            }
        }
        assertThat(removed).isPositive();
    }
}
