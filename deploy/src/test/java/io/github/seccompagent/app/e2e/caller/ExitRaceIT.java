package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Alone;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Callers are killed while a call is made for them, and other processes get their ids at once. Nobody acts as another
 * caller.
 */
@Alone
class ExitRaceIT {
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");
    private static final List<Integer> USERS = List.of(1000, 2000);

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    @Test
    void whatIsMadeIsTheCallers() throws IOException {
        try (OciContainer container = OciContainer.start(
                OciRuntime.RUNC, OciBundle.notifying(AGENT.socket()).notified("mkdir", "mkdirat"))) {
            Attack.install(container, "exits");
            USERS.forEach(uid -> container.makeFolder("/" + uid, uid, uid, "700"));
            String attack = "/exits " + Attack.times(8, 50) + " 1000 /1000 2000 /2000";
            CompletableFuture<Command.Result> attacked = CompletableFuture.supplyAsync(() -> container.shell(attack));
            while (!attacked.isDone()) {
                Files.writeString(LAST_PID, "20000"); // the next process gets one of the first free ids after this
            }

            Map<String, Long> seen = Attack.parse(attacked.join().orFail());
            for (int uid : USERS) {
                assertThat(seen.get("killed of " + uid)).isGreaterThan(100);
                assertBelongsTo(uid, container.rootfs().resolve(Integer.toString(uid)));
            }
            container.shell("mkdir /home/again").orFail();
        }
    }

    private static void assertBelongsTo(int uid, Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> made = entries.toList();
            assertThat(made).hasSizeGreaterThan(100);
            for (Path entry : made) {
                assertThat(entry.getFileName().toString()).startsWith(uid + "-");
                assertThat(Files.getAttribute(entry, "unix:uid"))
                        .as(entry.toString())
                        .isEqualTo(uid);
            }
        }
    }
}
