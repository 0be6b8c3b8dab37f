package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program describes itself. If it cannot do something, it prints one line and no stack trace. */
class CommandLineIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private Command.Result agent(String... options) {
        return Command.run(Command.concat(
                List.of(AgentProcess.program(), "--socketfile=" + folder.resolve("agent.socket")), List.of(options)));
    }

    @Test
    void unknownResolver() {
        OneLine.of(agent("--resolver=nobody"), 2).contains("unknown resolver 'nobody'", "none", "demo-basic");
    }

    @Test
    void theSpellingOfTheGoAgent() {
        OneLine.of(agent("-resolver=nobody"), 2).contains("unknown resolver 'nobody'");
        OneLine.of(agent("-resolver", "nobody"), 2).contains("unknown resolver 'nobody'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nonsense",
                "nonsense",
                "--log=loud",
                "--log-format=xml",
                "--handshake-timeout=soon",
                "--handler-timeout=never",
                "--resolver-timeout=0s",
                "--on-behalf-timeout=25h",
                "--watchdog-timeout=1ms",
                "--max-listeners=0",
                "--max-calls=7",
                "--max-calls-per-container=none",
                "--max-mounts-per-container=4097",
                "--max-state-bytes=10000000000",
                "--max-stored-bytes=-1",
                "--allow-uid=0",
                "--allow-uid=root",
                "--falco-socket=",
                "--metrics-bind-address=nowhere"
            })
    void badOption(String option) {
        OneLine.of(agent(option), 2).contains(option.replaceAll(".*[=]|^-*", ""));
    }

    @Test
    void missingFolder() {
        String socket = folder.resolve("missing/agent.socket").toString();

        OneLine.of(Command.run(AgentProcess.program(), "--socketfile=" + socket), 2)
                .contains(folder.resolve("missing").toString())
                .doesNotContain("/agent.socket: ");
    }

    @Test
    void pathTooLongForASocket() {
        String socket = folder.resolve("x".repeat(120)).toString();

        OneLine.of(Command.run(AgentProcess.program(), "--socketfile=" + socket), 2)
                .contains("longer than");
    }

    @Test
    void version() {
        Command.Result result = Command.run(AgentProcess.program(), "--version");
        assertThat(result.orFail()).matches("seccomp-agent [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?");
    }

    @Test
    void noPathOfASocketForFalco() {
        OneLine.of(agent("--falco-socket="), 2).contains("--falco-socket", "107");
        OneLine.of(agent("--falco-socket=/" + "x".repeat(107)), 2).contains("--falco-socket", "107");
        OneLine.of(agent("--resolver=nobody", "--falco-socket=/" + "x".repeat(106)), 2)
                .contains("unknown resolver");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--socketfile=%s",
                "--falco-socket=%s",
                "run --falco-socket=%s -- true",
                "run --rootfs=%s -- true"
            })
    void aPathThatTheLocaleDoesNotHave(String options) {
        String line = "exec env LC_ALL=C \"$0\" " + options.formatted("$(printf '/tmp/\\303\\274')");

        OneLine.of(Command.run("sh", "-c", line, AgentProcess.program()), 2)
                .contains("no path in this locale", "LC_ALL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "run"})
    void notRoot(String command) {
        // A copy, because the checkout may be in a place that only root can read.
        String distribution = folder.resolve("copy").toString();
        Command.run("cp", "-r", System.getProperty("seccompagent.dist"), distribution)
                .orFail();
        List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        List<String> words = command.equals("run")
                ? List.of(distribution + "/bin/seccomp-agent", "run", "--", "true")
                : List.of(distribution + "/bin/seccomp-agent", "--socketfile=" + folder.resolve("s"));

        OneLine.of(Command.run(Command.concat(asNobody, words)), 2).containsIgnoringCase("root");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "agent", "run"})
    void help(String command) {
        Command.Result result = Command.run(
                command.isEmpty()
                        ? List.of(AgentProcess.program(), "--help")
                        : List.of(AgentProcess.program(), command, "--help"));

        assertThat(result.status()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).startsWith("Usage: seccomp-agent").contains("--resolver", "--log");
    }

    @Test
    void logAsJson() throws IOException {
        try (AgentProcess agent = AgentProcess.start("none", "--log-format=json");
                RawClient client = RawClient.connect(agent.socket())) {
            client.send(new byte[] {'?'}, 0);
            agent.awaitLog("it is no JSON");

            String line = agent.log().stream()
                    .filter(each -> each.contains("it is no JSON"))
                    .findFirst()
                    .orElseThrow();
            assertThat(new ObjectMapper().readTree(line).path("level").asText()).isEqualTo("WARN");
        }
    }
}
