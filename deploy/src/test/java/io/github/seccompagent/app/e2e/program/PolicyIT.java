package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** {@code --policy}: what containers get, and what they do not. */
class PolicyIT {
    private static final String RULES = """
            version: 1
            metadata: nothing
            grants:
              mine:
                mkdirSuffix: "-of-mine"
                rules:
                  - {calls: [mkdir], uid: 1000, action: deny, errno: EXDEV}
                  - {calls: [chmod], action: delay, time: 1s}
                  - {calls: [chmod], capabilities: {has: [CAP_CHOWN]}, action: allow}
                  - {calls: [chmod], action: deny, errno: ETXTBSY}
              others:
                mounts: [proc]
            access:
              - allow: [mine]
            """;

    private static final String PATHS = """
            version: 1
            grants:
              mine:
                rules:
                  - {calls: [mkdir, chmod], paths: [/etc/**, /no], action: deny, errno: EROFS}
            access:
              - allow: [mine]
            """;

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("policy.yaml"), text);
    }

    private static OciContainer start(AgentProcess agent, String metadata) {
        return OciContainer.start(
                OciRuntime.RUNC, OciBundle.notifying(agent.socket()).metadata(metadata));
    }

    @Test
    void rulesAllowDenyAndDelay() throws IOException {
        try (AgentProcess agent = AgentProcess.start("kubernetes", "--policy=" + file(RULES));
                OciContainer container = start(agent, "GRANTS=mine")) {
            container.makeFolder("/own", 1000, 1000, "755");

            container.shell("mkdir /home/a").orFail();
            assertThat(container.hasFolder("/home/a-of-mine")).isTrue();
            assertThat(container.shellAs(1000, "mkdir /own/a").err()).contains("Invalid cross-device link");

            long begin = System.nanoTime();
            container.shell("chmod 700 /own").orFail();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(container.shellAs(1000, "chmod 777 /own").err()).contains("Text file busy");
            assertThat(container.shell("stat -c %a /own").orFail()).isEqualTo("700");
        }
    }

    @Test
    void pathsAreThoseThatTheyLeadTo() throws IOException {
        try (AgentProcess agent = AgentProcess.start("kubernetes", "--policy=" + file(PATHS));
                OciContainer container = start(agent, "GRANTS=mine")) {
            container.shell("ln -s /etc /home/link").orFail();

            for (String path : List.of("/etc/a", "/home/link/a", "/home/../etc/a", "/home/link/../no")) {
                assertThat(container.shell("mkdir " + path).err()).as(path).contains("Read-only file system");
            }
            assertThat(container.shell("cd /home/link; mkdir a").err()).contains("Read-only file system");
            assertThat(container.shell("chmod 777 /home/link").err()).contains("Read-only file system");
            assertThat(container.hasFolder("/etc/a")).isFalse();
            assertThat(container.hasFolder("/no")).isFalse();
            container.shell("mkdir /home/etc /home/link/../yes").orFail();
            assertThat(container.hasFolder("/yes")).isTrue();
        }
    }

    @Test
    void whatIsNotAllowedIsRefused() throws IOException {
        try (AgentProcess agent = AgentProcess.start("kubernetes", "--policy=" + file(RULES));
                OciContainer container = start(agent, "GRANTS=mine,others")) {
            assertThat(container.shell("mkdir /home/a").err()).contains("Operation not permitted");
            agent.awaitLog("grant 'others'", "no access entry of the policy allows it");
        }
    }

    /** Nobody asks and nothing is by default, so everything is as without an agent. */
    @Test
    void metadataAloneGivesNothing() throws IOException {
        String metadata = "MKDIR_TMPL=-suffix\nMOUNT_PROC=true";
        try (AgentProcess agent = AgentProcess.start("kubernetes", "--policy=" + file(RULES));
                OciContainer container = start(agent, metadata)) {
            container.shell("mkdir /home/a").orFail();
            assertThat(container.hasFolder("/home/a")).isTrue();
            assertThat(container.shell("mount -t proc proc /home/a").status()).isNotZero();
        }
        String granting = RULES.replace("metadata: nothing", "metadata: grants");
        try (AgentProcess agent = AgentProcess.start("kubernetes", "--policy=" + file(granting));
                OciContainer container = start(agent, metadata)) {
            container.shell("mkdir /home/a").orFail();
            assertThat(container.hasFolder("/home/a-suffix")).isTrue();
        }
    }

    @Test
    void runWithGrants() throws IOException {
        String policy = "--policy=" + file(RULES);
        Command.Result result = Command.run(
                AgentProcess.program(),
                "run",
                policy,
                "--grants=mine",
                "--",
                "sh",
                "-c",
                "cd /mnt; mkdir new; echo new*");
        assertThat(result.orFail()).isEqualTo("new-of-mine");
        OneLine.of(Command.run(AgentProcess.program(), "run", policy, "--grants=others", "--", "true"), 2)
                .contains("--grants: grant 'others': no access entry of the policy allows it");
    }

    @Test
    void anAgentWithABadPolicyDoesNotStart() throws IOException {
        Path bad = file(RULES.replace("errno: EXDEV", "errno: EXDEVV"));
        OneLine.of(agent("--policy=" + bad), 2)
                .contains(bad + ":7:58: errno: 'EXDEVV' is no errno: perhaps EXDEV: write another value");
        OneLine.of(agent("--policy=/nonexistent"), 2).contains("/nonexistent: there is no such file");
        OneLine.of(agent("--policy=" + bad, "--resolver=demo-basic"), 2).contains("--policy brings its own resolver");
        OneLine.of(agent("--policy=" + Files.write(bad, new byte[10 << 20])), 2).contains("larger than 1 MiB");
    }

    private Command.Result agent(String... options) {
        return Command.run(Command.concat(
                List.of(AgentProcess.program(), "--socketfile=" + folder.resolve("socket")), List.of(options)));
    }
}
