package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import io.github.seccompagent.app.e2e.fixture.Twins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that stays for the next calls of a thread makes none for a thread that has become something else. */
class StayingIT {
    @AutoClose
    private final AgentProcess agent = AgentProcess.start("pass-through", "--metrics-bind-address=127.0.0.1:0");

    private static List<String> output(OciBundle bundle, String name) throws Exception {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Path program = container.rootfs().resolve("staying");
            Files.copy(TestPrograms.twin("staying"), program);
            Command.run("chmod", name.equals("exec") ? "4755" : "755", program.toString())
                    .orFail();
            return container.exec("/staying", name).orFail().lines().toList();
        }
    }

    private double callsOfStaying() throws Exception {
        return Scrape.metrics(agent).get("seccompagent_staying_worker_calls_total");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root",
                "umask",
                "cwd",
                "uid",
                "fsuid",
                "gid",
                "groups",
                "capabilities",
                "unshare",
                "setns",
                "uts",
                "userns",
                "pivot",
                "exec"
            })
    void makesNoCallForWhatTheThreadIsNoMore(String name) throws Exception {
        OciBundle bundle = Twins.bundle(agent.socket());
        List<String> without = output(bundle.notified("getpgid"), name);
        assertThat(without).hasSizeGreaterThan(3);

        assertThat(output(bundle.notified(Twins.FILE_CALLS), name)).containsExactlyElementsOf(without);
        assertThat(callsOfStaying()).isPositive();
    }
}
