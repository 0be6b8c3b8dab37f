package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.Freezer;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A container whose first thread has ended can still be killed and frozen, though that thread has no cgroup and takes
 * no signal.
 */
class LeaderlessIT {
    private static final String CGROUP =
            "/e2e-leaderless-" + ProcessHandle.current().pid();

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("kubernetes");

    private static OciContainer start(OciRuntime runtime, String action) {
        return OciContainer.start(
                runtime,
                OciBundle.notifying(AGENT.socket())
                        .notified("mkdir", "mkdirat")
                        .cgroup(runtime == OciRuntime.RUNC ? CGROUP : "")
                        .metadata("DEFAULT_ACTION=" + action)
                        .command("sh", "-c", "until [ -x /start ]; do sleep 0.1; done; exec /start"));
    }

    /** Returns the process. The runtime considers it ended, and reports nothing about it any more. */
    private static int endFirstThread(OciContainer container) throws IOException {
        int pid = container.pid();
        Path program = container.rootfs().resolve("leaderless");
        Files.copy(TestPrograms.LEADERLESS, program, StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(program, container.rootfs().resolve("start"));
        Await.until("the end of the first thread of " + container)
                .until(() -> Files.readString(Path.of("/proc/" + pid + "/stat")).contains("(start) Z"));
        return pid;
    }

    private static boolean hasStopped(Path ticks) throws IOException {
        long before = Files.size(ticks);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300)); // a running process adds about 30 bytes
        return Files.size(ticks) == before;
    }

    @ParameterizedTest
    @EnumSource
    void isKilled(OciRuntime runtime) throws IOException {
        try (OciContainer container = start(runtime, "kill-container")) {
            int pid = endFirstThread(container);
            Path ticks = container.rootfs().resolve("ticks");
            try {
                Files.createFile(container.rootfs().resolve("go"));
                AGENT.awaitLog("mkdir", container.id(), "killed");
                Await.until("the end of " + container).until(() -> hasStopped(ticks));
            } finally {
                kill(pid);
            }
        }
    }

    @Test
    void isFrozen() throws IOException {
        try (OciContainer container = start(OciRuntime.RUNC, "freeze-container")) {
            int pid = endFirstThread(container);
            Path ticks = container.rootfs().resolve("ticks");
            try {
                Files.createFile(container.rootfs().resolve("go"));
                AGENT.awaitLog("mkdir", container.id(), "is frozen");
                assertThat(hasStopped(ticks)).isTrue();
                assertThat(Files.size(ticks)).isZero();
                Freezer.of(CGROUP).thaw();
                Await.until("ticks").until(() -> Files.size(ticks) > 0);
            } finally {
                Freezer.of(CGROUP).thaw();
                kill(pid);
            }
        }
    }

    /** The runtime would leave the process there. */
    private static void kill(int pid) {
        Command.run("kill", "-KILL", Integer.toString(pid));
    }
}
