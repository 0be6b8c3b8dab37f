package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The keeper listens before there is an agent. */
class ListensFirstIT {
    private static final String SAY_NAMES = "echo \"[$LISTEN_FDNAMES] $(stat -c %a \"$0\")\"";
    private static final String COUNT_FILTERS = "for pid in $PPID $(pgrep -P $PPID -x seccomp-accept); do"
            + " sed -n 's/^Seccomp_filters:\\s*//p' /proc/$pid/status; done";

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private final Path socket = folder.resolve("agent.socket");

    private static List<String> keep(Path socket, String... command) {
        return Command.concat(
                List.of(AgentUnderKeeper.helper().toString(), "keep", "--listen", socket.toString(), "--"),
                List.of(command));
    }

    /** Its runtime is gone long before there is an agent. */
    @Test
    void aContainerThatStartsBeforeTheAgent() throws Exception {
        List<OciContainer> containers = new ArrayList<>();
        CompletableFuture<Void> starts = CompletableFuture.runAsync(() -> {
            Await.until("the socket").until(() -> Files.exists(socket));
            for (OciRuntime runtime : OciRuntime.values()) {
                containers.add(OciContainer.start(runtime, SurvivingPeersIT.waiting(socket)));
            }
            assertThat(folder.resolve("begun")).doesNotExist();
            Command.run("touch", folder.resolve("go").toString()).orFail();
        });
        List<String> command = keep(
                socket,
                "sh",
                "-c",
                "until [ -e \"$0\"/go ]; do sleep 0.1; done; touch \"$0\"/begun; exec \"$@\"",
                folder.path().toString(),
                AgentProcess.program());
        try (AgentUnderKeeper agent = AgentUnderKeeper.startBy(command, socket, "demo-basic", "--log=warn")) {
            starts.join();
            for (OciContainer each : containers) {
                SurvivingPeersIT.requireServed(each);
            }
            assertThat(agent.keeper().countLogged(" refused: ")).isZero();
        } finally {
            containers.forEach(OciContainer::close);
        }
        assertThat(socket).doesNotExist();
    }

    /** What the agent is told of the socket, and who can connect. */
    @Test
    void onlyTheOwnerConnects() throws IOException {
        assertThat(sayNames(socket)).matches("\\[[abp0-9:]+] 600").contains("a", "b", "p10");
        assertThat(socket).doesNotExist();
        try (var left = Files.list(folder.path())) {
            assertThat(left).isEmpty();
        }
    }

    private static String sayNames(Path path) {
        return Command.run(keep(path, "sh", "-c", SAY_NAMES, path.toString())).orFail();
    }

    /** Each has one filter more than the keeper. */
    @Test
    void whatAcceptsIsConfined() {
        List<Integer> filters = Command.run(keep(socket, "sh", "-c", COUNT_FILTERS))
                .orFail()
                .lines()
                .map(Integer::valueOf)
                .toList();
        assertThat(filters).hasSizeGreaterThan(1);
        assertThat(filters.subList(1, filters.size())).containsOnly(filters.get(0) + 1);
    }

    @Test
    void aSocketOnWhichNobodyListensIsReplaced() {
        Command.run(keep(socket, "sh", "-c", "kill -9 $PPID")); // so it stays
        assertThat(socket).exists();

        assertThat(sayNames(socket)).contains("p10");
        assertThat(socket).doesNotExist();
    }

    @Test
    void aSocketThatIsServedStays() {
        try (AgentProcess other = AgentProcess.startAt(socket, "none")) {
            assertThat(sayNames(socket)).isEqualTo("[] 600");
            assertThat(other.isAlive()).isTrue();
            assertThat(socket).exists();
        }
    }

    /** The agent says then what is wrong. */
    @Test
    void whatIsNoSocketStays() throws IOException {
        Files.createFile(socket);
        assertThat(sayNames(socket)).startsWith("[]");
        assertThat(socket).isRegularFile();

        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
        assertThat(Command.run(keep(link, "sh", "-c", "echo \"[$LISTEN_FDNAMES]\""))
                        .orFail())
                .isEqualTo("[]");
        assertThat(folder.resolve("elsewhere")).doesNotExist();

        for (String bad : List.of("no/where", "x".repeat(200), "x".repeat(5_000))) {
            assertThat(Command.run(keep(folder.resolve(bad), "sh", "-c", "echo \"[$LISTEN_FDNAMES]\""))
                            .orFail())
                    .isEqualTo("[]");
        }
    }
}
