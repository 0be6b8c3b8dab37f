package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import io.github.seccompagent.app.e2e.fixture.Twins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A mount point cannot be removed or renamed, and what is one in another mount namespace can. So it matters where the
 * worker is.
 */
class MountPointsIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through", "--metrics-bind-address=127.0.0.1:0");

    private static OciBundle withAgent() {
        return Twins.bundle(AGENT.socket()).notified(Twins.FILE_CALLS);
    }

    private static OciBundle withoutAgent() {
        return Twins.bundle(AGENT.socket()).notified("getpgid");
    }

    private static double callsOfStaying() throws Exception {
        return Scrape.metrics(AGENT).get("seccompagent_staying_worker_calls_total");
    }

    @ParameterizedTest
    @ValueSource(strings = {"own", "elsewhere", "on-roots", "odd-names", "unshared"})
    void areThoseOfTheCaller(String name) throws Exception {
        List<String> without = Twins.output("mountpoints", withoutAgent(), name);
        assertThat(without).hasSizeGreaterThan(15).anyMatch(line -> line.startsWith("rename"));

        assertThat(Twins.output("mountpoints", withAgent(), name)).containsExactlyElementsOf(without);
    }

    /** All but the first few calls of the thread. */
    @Test
    void otherNamesAreRemovedByAWorkerThatStays() throws Exception {
        double before = callsOfStaying();

        assertThat(Twins.output("mountpoints", withAgent(), "none"))
                .hasSize(48)
                .noneMatch(line -> line.matches(".*: E.*"));
        assertThat(callsOfStaying()).isGreaterThan(before + 48);
    }

    @Test
    void thoseOfTheHostAreNone() throws Exception {
        List<String> without = withMountsOfHost(withoutAgent());
        assertThat(without)
                .contains("rmdir /shared/m: done", "unlink /shared/f: done")
                .noneMatch(line -> line.contains("EBUSY"));

        assertThat(withMountsOfHost(withAgent())).containsExactlyElementsOf(without);
    }

    private static List<String> withMountsOfHost(OciBundle bundle) throws Exception {
        try (TempFolder shared = TempFolder.create();
                OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle.bind(shared.path(), "/shared"))) {
            Path folder = Files.createDirectory(shared.resolve("m"));
            Path file = Files.createFile(shared.resolve("f"));
            Files.copy(TestPrograms.twin("mountpoints"), container.rootfs().resolve("mountpoints"));
            Command.run("mount", "-t", "tmpfs", "none", folder.toString()).orFail();
            Command.run("mount", "--bind", file.toString(), file.toString()).orFail();
            try {
                return container
                        .exec("/mountpoints", "of-host")
                        .orFail()
                        .lines()
                        .toList();
            } finally {
                Command.run("sh", "-c", "umount -l '" + folder + "'; umount -l '" + file + "'");
            }
        }
    }
}
