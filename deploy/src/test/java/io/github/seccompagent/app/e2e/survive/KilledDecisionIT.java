package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agent is killed while a worker waits for its decision. The next one decides, and what it allows is done once. */
class KilledDecisionIT {
    @ParameterizedTest
    @CsvSource({
        "mkdir /link/target, /real/target",
        ": > /link/target, /real/target",
        "mv /old /link/target, /real/target",
        "ln /old /link/target, /real/target"
    })
    void theNextAgentAllows(String line, String path) throws Exception {
        String output = run("allow", line, path);

        assertThat(output).isEqualTo("0\n");
    }

    @ParameterizedTest
    @CsvSource({"mkdir /link/target, /real/target", ": > /link/target, /real/target"})
    void theNextAgentRefuses(String line, String path) throws Exception {
        String output = run("refuse", line, path);

        assertThat(output).contains("Disk quota exceeded").endsWith("1\n");
    }

    private static String run(String decision, String line, String path) throws Exception {
        try (KeptAgent agent = KeptAgent.start(CheckingAgent.class, decision);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket())
                                .notified(
                                        "mkdir",
                                        "mkdirat",
                                        "open",
                                        "openat",
                                        "rename",
                                        "renameat",
                                        "renameat2",
                                        "link",
                                        "linkat"))) {
            container.shell("mkdir /real; ln -s real /link; echo old > /old").orFail();
            Process calling = container.begin("(" + line + ") 2>&1; echo $?");
            Await.until("a decision").until(() -> agent.keeper().countLogged(CheckingAgent.STOPPED + path) > 0);
            assertThat(container.rootfs().resolve("real/target")).doesNotExist();

            agent.kill();

            assertThat(OciContainer.awaitEnd(calling)).isZero();
            assertThat(agent.keeper().countLogged(CheckingAgent.DECIDED + path)).isEqualTo(1);
            assertThat(Files.exists(container.rootfs().resolve("real/target"))).isEqualTo(decision.equals("allow"));
            return new String(calling.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
