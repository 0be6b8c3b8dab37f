package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Freezer;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The agent is killed after it froze a container. Who runs the container thaws it, and then it is not frozen again. */
class KilledFreezeIT {
    private static final String CGROUP =
            "/e2e-killed-" + ProcessHandle.current().pid();
    private static final String WAIT = "until [ -e /go ]; do sleep 0.1; done; ";

    @Test
    void itIsFrozenOnce() throws Exception {
        Freezer freezer = Freezer.of(CGROUP);
        try (KeptAgent agent = KeptAgent.start("kubernetes");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified("mkdir", "mkdirat")
                                .cgroup(CGROUP)
                                .metadata("DEFAULT_ACTION=freeze-container")
                                .command(
                                        "sh",
                                        "-c",
                                        WAIT + "mkdir /x 2>/told; mkdir /y 2>>/told; echo end >>/told; sleep 1000"))) {
            Path told = container.rootfs().resolve("told");
            Path go = container.rootfs().resolve("go");
            try {
                Files.createFile(go);
                for (int calls = 0; calls < 2; calls++) {
                    Await.until("the freeze").until(freezer::isFrozen);
                    agent.kill();
                    assertThat(freezer.isFrozen()).isTrue();
                    agent.kill();
                    assertThat(freezer.isFrozen()).isTrue();
                    freezer.thaw();
                    int lines = calls + 1;
                    Await.until("the answer of call " + lines)
                            .until(() -> Files.readAllLines(told).size() >= lines);
                }
                Await.until("the end").until(() -> Files.readString(told).endsWith("end\n"));
                assertThat(Files.readAllLines(told))
                        .hasSize(3)
                        .filteredOn(line -> line.contains("not permitted"))
                        .hasSize(2);
            } finally {
                freezer.thaw();
            }
        }
    }

    /** Somebody else has frozen it, and not the agent. */
    @Test
    void whatSomebodyElseFrozeStaysFrozen() throws Exception {
        try (KeptAgent agent = KeptAgent.start("kubernetes");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified("mkdir", "mkdirat")
                                .cgroup(CGROUP)
                                .command("sh", "-c", "while :; do mkdir /x; sleep 0.1; done"))) {
            Freezer freezer = Freezer.of(CGROUP);
            try {
                container.pause();
                assertThat(freezer.isFrozen()).isTrue();
                agent.kill();
                assertThat(container.status()).isEqualTo("paused");
            } finally {
                freezer.thaw();
            }
            Await.until("the thaw").until(container::isRunning);
        }
    }
}
