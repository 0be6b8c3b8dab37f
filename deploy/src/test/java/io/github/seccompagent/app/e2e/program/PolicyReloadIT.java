package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The policy changes while a container runs. */
class PolicyReloadIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    /** A policy with which mkdir fails with an errno. */
    private static String failing(String errno) {
        return "version: 1\ngrants:\n  x:\n    rules:\n      - {calls: [mkdir], action: deny, errno: " + errno
                + "}\naccess:\n  - allow: [x]\n";
    }

    private Path write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        return Files.writeString(folder.resolve(name), text);
    }

    private static OciContainer start(Path socket) {
        return OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(socket).metadata("GRANTS=x"));
    }

    private static String mkdir(OciContainer container) {
        return container.shell("mkdir /home/a").err();
    }

    @Test
    void theNextCallHasTheNewRules() throws Exception {
        Path file = write("p", failing("EXDEV"));
        try (AgentProcess agent =
                        AgentProcess.start("kubernetes", "--policy=" + file, "--metrics-bind-address=127.0.0.1:0");
                OciContainer container = start(agent.socket())) {
            assertThat(mkdir(container)).contains("Invalid cross-device link");

            write("p", failing("EROFS"));
            agent.awaitLog("a new policy, ");
            assertThat(mkdir(container)).contains("Read-only file system");

            write("p", failing("EROFSS"));
            agent.awaitLog("p:5:47: errno: 'EROFSS' is no errno: perhaps EROFS", "stays in use");
            assertThat(mkdir(container)).contains("Read-only file system");
            assertThat(Scrape.metrics(agent))
                    .containsEntry("seccompagent_policy_reloads_total{result=\"loaded\"}", 1.0)
                    .containsEntry("seccompagent_policy_reloads_total{result=\"refused\"}", 1.0)
                    .containsEntry("seccompagent_policy_stale", 1.0);

            Files.delete(file);
            agent.awaitLog("there is no such file", "stays in use");
            assertThat(mkdir(container)).contains("Read-only file system");

            write("p", "version: 1\ngrants: {x: {}}\n");
            Await.until("a container that may not have its grant any more")
                    .until(() -> mkdir(container).contains("Operation not permitted"));
        }
    }

    /** As a kubelet does it: a new folder, and the link ..data moved to it. */
    @Test
    void aConfigMap() throws IOException {
        write("..1/policy.yaml", failing("EXDEV"));
        write("..2/policy.yaml", failing("EROFS"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Path file = Files.createSymbolicLink(folder.resolve("policy.yaml"), Path.of("..data/policy.yaml"));
        try (AgentProcess agent = AgentProcess.start("kubernetes", "--policy=" + file);
                OciContainer container = start(agent.socket())) {
            assertThat(mkdir(container)).contains("Invalid cross-device link");

            Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
            Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

            agent.awaitLog("a new policy, ");
            assertThat(mkdir(container)).contains("Read-only file system");
        }
    }

    /** A container that runs does not wait for somebody to mend the file. */
    @Test
    void theAgentIsKilledWhileTheFileIsBroken() throws IOException {
        Path file = write("p", failing("EXDEV"));
        try (AgentUnderKeeper agent = AgentUnderKeeper.start("kubernetes", "--policy=" + file);
                OciContainer container = start(agent.socket())) {
            write("p", "nonsense");
            agent.kill();
            assertThat(mkdir(container)).contains("Invalid cross-device link");
            agent.keeper().awaitLog("it holds no policy", "the policy of the agent before is used");

            write("p", failing("EROFS"));
            agent.keeper().awaitLog("a new policy, ");
            assertThat(mkdir(container)).contains("Read-only file system");
        }
    }
}
