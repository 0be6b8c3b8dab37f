package io.github.seccompagent.app.e2e.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.ShownOutput;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command ps shows the containers of the running agent. The control socket is for root only. */
class PsIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private static JsonNode containers(Path socket) {
        return Asked.json(Asked.toEnd(socket, "ps", "--json").orFail()).path("containers");
    }

    @Test
    void showsAContainerAndWhatWasDoneForIt() throws Exception {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            makeFolderSlowly(agent, container);
            container.shell("chmod 700 /").out();
            Await.until("only its first process")
                    .until(() ->
                            containers(agent.socket()).path(0).path("listeners").asInt() == 1);

            JsonNode all =
                    Asked.json(Asked.toEnd(agent.socket(), "ps", "--json").orFail());
            assertThat(all.path("agent").path("version").asInt()).isEqualTo(1);
            assertThat(all.path("agent").path("pid").asLong()).isEqualTo(agent.pid());
            assertThat(all.path("agent").path("resolver").asText()).isEqualTo("demo-basic");
            assertThat(all.path("containers")).hasSize(1);
            JsonNode one = all.path("containers").path(0);
            assertThat(one.path("id").asText()).isEqualTo(container.id());
            assertThat(one.path("pid").asInt()).isEqualTo(container.pid());
            assertThat(one.path("state").asText()).isEqualTo("served");
            assertThat(one.path("calls").asInt()).isGreaterThanOrEqualTo(2);
            assertThat(one.path("refused").asInt()).as("chmod").isPositive();
            assertThat(one.path("slowestCall").asText()).contains("mkdir");
            assertThat(one.path("slowestNanos").asLong()).isPositive();

            String shown = Asked.toEnd(agent.socket(), "ps")
                    .orFail()
                    .replace(container.id(), "web")
                    .replace(" " + container.pid() + " ", " 4711 ");
            assertThat(ShownOutput.steady(shown)).isEqualTo(ShownOutput.of("ps"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Asked.control(agent.socket()))))
                    .isEqualTo("rw-------");
        }
    }

    /** Its workers stand still for a moment. On a busy machine any other call could be the slowest one otherwise. */
    private static void makeFolderSlowly(AgentProcess agent, OciContainer container) throws InterruptedException {
        List<ProcessHandle> workers = agent.helperAndWorkers().stream()
                .filter(each -> !each.equals(agent.helper()))
                .toList();
        workers.forEach(each -> signal(each, "-STOP"));
        Process made = container.begin("mkdir /a");
        made.waitFor(2, TimeUnit.SECONDS);
        workers.forEach(each -> signal(each, "-CONT"));
        assertThat(made.waitFor()).isZero();
    }

    private static void signal(ProcessHandle process, String signal) {
        Command.run("kill", signal, Long.toString(process.pid())).orFail();
    }

    @Test
    void theNextAgentMakesTheSocketAnew() {
        try (AgentUnderKeeper agent = AgentUnderKeeper.start("demo-basic");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            long first = agent.agent().pid();

            agent.kill();
            Await.until("the control socket")
                    .ignoreExceptions()
                    .until(() -> Asked.toEnd(agent.socket(), "ps").status() == 0);

            JsonNode all =
                    Asked.json(Asked.toEnd(agent.socket(), "ps", "--json").orFail());
            assertThat(all.path("agent").path("pid").asLong()).isNotEqualTo(first);
            assertThat(all.path("containers").path(0).path("id").asText()).isEqualTo(container.id());
        }
    }

    @Test
    void anAgentThatEndsRemovesIt() {
        AgentProcess agent = AgentProcess.startAt(folder.resolve("agent.socket"), "none");
        try (agent) {
            Asked.awaitControl(agent);
            agent.terminate();
            assertThat(agent.awaitEnd()).isEqualTo(143);
        }

        assertThat(Asked.control(agent.socket())).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"taken", "left over", "no socket"})
    void whateverIsThereTheAgentStarts(String what) throws IOException {
        Path socket = folder.resolve("agent.socket");
        Path control = Asked.control(socket);
        ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        if (what.equals("no socket")) {
            Files.createFile(control);
        } else {
            other.bind(UnixDomainSocketAddress.of(control));
        }
        if (!what.equals("taken")) {
            other.close();
        }
        try (other;
                AgentProcess agent = AgentProcess.startAt(socket, "none")) {
            if (!what.equals("left over")) {
                agent.awaitLog("WARN", "ps, trace and top cannot ask this agent", control.toString());
                other.close();
                Files.deleteIfExists(control);
            }

            Await.until("ps").until(() -> Asked.toEnd(socket, "ps").status() == 0);
        }
    }

    @Test
    void onlyRootGetsAnything() throws IOException {
        String copy = folder.resolve("copy").toString(); // the checkout may be in a place that only root can read
        Command.run("cp", "-r", System.getProperty("seccompagent.dist"), copy).orFail();
        try (AgentProcess agent = AgentProcess.start("none")) {
            Asked.awaitControl(agent);
            List<String> ps = List.of(copy + "/bin/seccomp-agent", "ps", "--socketfile=" + agent.socket());
            List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
            List<String> capable = List.of(
                    "setpriv",
                    "--reuid=65534",
                    "--clear-groups",
                    "--inh-caps=+dac_override",
                    "--ambient-caps=+dac_override");
            List<String> incapable = List.of("setpriv", "--bounding-set=-sys_admin");
            // There it has all capabilities, and the machine's uid 0.
            List<String> inItsOwn = Command.concat(incapable, List.of("unshare", "--user", "--map-root-user"));

            OneLine.of(Command.run(Command.concat(nobody, ps)), 2).contains("root");
            OneLine.of(Command.run(Command.concat(capable, ps)), 2).contains("only root");
            OneLine.of(Command.run(Command.concat(incapable, ps)), 2).contains("CAP_SYS_ADMIN");
            OneLine.of(Command.run(Command.concat(inItsOwn, ps)), 2).contains("CAP_SYS_ADMIN");
        }
    }

    /** They are more than the places, and hold their connections until the test lets go. */
    @Test
    void whoIsRefusedTakesNoPlace() throws Exception {
        try (AgentProcess agent = AgentProcess.start("none")) {
            Asked.awaitControl(agent);
            String program = "use IO::Socket::UNIX; $| = 1; for (1..20) { push @all, "
                    + "IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!; } print readline($_) for @all; <STDIN>";
            Process refused = new ProcessBuilder(
                            "setpriv",
                            "--reuid=65534",
                            "--clear-groups",
                            "--inh-caps=+dac_override",
                            "--ambient-caps=+dac_override",
                            "perl",
                            "-e",
                            program,
                            Asked.control(agent.socket()).toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader lines = refused.inputReader()) {
                for (int i = 0; i < 20; i++) {
                    assertThat(lines.readLine()).contains("only root");
                }
                Asked.toEnd(agent.socket(), "ps").orFail();
                assertThat(refused.isAlive()).isTrue();
            } finally {
                refused.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ps", "trace", "top"})
    void whereThereIsNoAgent(String command) throws IOException {
        Path socket = folder.resolve("agent.socket");
        Path control = Asked.control(socket);
        OneLine.of(Asked.toEnd(socket, command), 2).contains(control.toString(), "no agent");

        Files.createFile(control);
        OneLine.of(Asked.toEnd(socket, command), 2).contains(control.toString(), "no socket");

        Files.delete(control);
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(control))
                .close();
        OneLine.of(Asked.toEnd(socket, command), 2).contains(control.toString(), "nobody listens");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"hello\",\"version\":7}=version 7",
                "{\"type\":\"error\",\"version\":0,\"message\":\"x\"}=version 0",
                "{\"type\":\"error\",\"version\":1,\"message\":\"no\\u001b[31m\"}=refuses: no?[31m",
                "[1]=does not speak",
                "HTTP/1.1 400 Bad Request=does not speak",
                "=ended the connection"
            })
    void anotherVersionOrProgram(String saidAndExpected) throws Exception {
        String[] parts = saidAndExpected.split("=");
        Path socket = folder.resolve("agent.socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(Asked.control(socket)));
            Thread answering = new Thread(() -> answer(server, parts[0]));
            answering.start();

            OneLine.of(Asked.toEnd(socket, "ps"), 2).contains(parts[1]);
            answering.join();
        }
    }

    private static void answer(ServerSocketChannel server, String line) {
        try (SocketChannel client = server.accept();
                OutputStream out = Channels.newOutputStream(client)) {
            Channels.newInputStream(client).read(new byte[1000]);
            out.write((line.isEmpty() ? "" : line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            // the test sees that
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ps:more",
                "ps:--nonsense",
                "trace:--answer=EWHAT",
                "trace:--seconds=0",
                "trace:--count=none",
                "top:--seconds=1e9",
                "top:--count=0"
            })
    void badOptions(String commandAndOption) {
        String[] parts = commandAndOption.split(":");
        OneLine.of(Asked.toEnd(folder.resolve("s"), parts[0], parts[1]), 2)
                .contains(parts[1].replaceAll(".*[=]|^-*", ""));
    }
}
