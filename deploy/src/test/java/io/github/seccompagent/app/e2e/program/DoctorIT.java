package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Alone;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import io.github.seccompagent.app.e2e.fixture.StateCatcher;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** seccomp-agent doctor: names each fault, why it matters and what to do, and leaves everything as it was. */
@Alone
class DoctorIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REFERENCE = reference();
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private static String reference() {
        try {
            return Files.readString(Path.of("reference/doctor.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isInReference(String id) {
        return REFERENCE.contains("`" + id + "`")
                || REFERENCE.contains("`" + id.replaceFirst("^(capability|namespaces|agent-counter)-.*", "$1-"));
    }

    private record Diagnosis(int status, Map<String, List<JsonNode>> findings) {
        static Diagnosis of(Command.Result result) throws IOException {
            assertThat(result.err()).isEmpty();
            Map<String, List<JsonNode>> byId = Stream.of(JSON.readTree(result.out()))
                    .flatMap(report -> {
                        List<JsonNode> all = new ArrayList<>();
                        report.path("findings").forEach(all::add);
                        return all.stream();
                    })
                    .collect(Collectors.groupingBy(finding -> finding.path("id").asText()));
            assertThat(byId.keySet()).allMatch(DoctorIT::isInReference);
            return new Diagnosis(result.status(), byId);
        }

        JsonNode one(String id) {
            assertThat(findings).containsKey(id);
            return findings.get(id).get(0);
        }

        /** What is said of something that is not well. It has a reason and says what to do. */
        AbstractStringAssert<?> says(String id, String severity) {
            JsonNode finding = one(id);
            assertThat(finding.path("severity").asText()).as(finding.toString()).isEqualTo(severity);
            assertThat(finding.path("why").asText()).isNotEmpty();
            assertThat(finding.path("fix").asText()).isNotEmpty();
            return assertThat(finding.path("what").asText());
        }

        void isWell(String id) {
            assertThat(one(id).path("severity").asText()).as(one(id).toString()).isEqualTo("ok");
        }

        List<JsonNode> of(String... severities) {
            return findings.values().stream()
                    .flatMap(List::stream)
                    .filter(each ->
                            List.of(severities).contains(each.path("severity").asText()))
                    .toList();
        }
    }

    private Diagnosis doctor(List<String> before, String... options) throws IOException {
        List<String> words = Command.concat(before, List.of(AgentProcess.program(), "doctor", "--json"));
        return Diagnosis.of(Command.run(Command.concat(words, List.of(options))));
    }

    private Diagnosis doctor(String... options) throws IOException {
        return doctor(List.of(), options);
    }

    private Diagnosis doctorAt(Path socket) throws IOException {
        return doctor("--socketfile=" + socket);
    }

    @Test
    void aHealthyMachineWithAnAgent() throws Exception {
        try (AgentProcess agent = AgentProcess.start("kubernetes", "--metrics-bind-address=127.0.0.1:0")) {
            String socket = "--socketfile=" + agent.socket();
            String metrics =
                    "--metrics-address=127.0.0.1:" + Scrape.address(agent).getPort();
            int descriptors = agent.fdCount();

            // The second one sees what the first one has left behind in the agent.
            for (int i = 0; i < 2; i++) {
                Diagnosis found = doctor(socket, metrics);

                assertThat(found.of("error", "warning", "unknown")).isEmpty();
                assertThat(found.status()).isZero();
                for (String id : List.of(
                        "start",
                        "notify",
                        "foreign-listener",
                        "notify-addfd",
                        "mount-locks",
                        "namespaces",
                        "runtime-runc",
                        "runtime-crun",
                        "socket-mode",
                        "socket-listening",
                        "socket-answer",
                        "agent-ready",
                        "agent-counters")) {
                    found.isWell(id);
                }
                assertThat(found.one("capabilities").path("what").asText()).contains("process " + agent.pid());
                assertThat(found.one("agent-metrics").path("what").asText()).contains("0 served", "0 refused");
            }
            Await.until("the end of the trial").until(() -> agent.fdCount() <= descriptors);
        }
    }

    @Test
    void forAPersonItSaysTheSame() {
        Command.Result result =
                Command.run(AgentProcess.program(), "doctor", "--socketfile=" + folder.resolve("no.socket"));

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out())
                .contains("ok: seccomp user notification: works")
                .containsSubsequence(
                        "error: there is no socket at " + folder.resolve("no.socket"), "why: ", "fix: ", "errors: 1")
                .doesNotContain("\u001b");
    }

    /** But for versions, and the place of the socket. */
    @Test
    void theExampleOfTheReference() throws Exception {
        Path socket = folder.resolve("dead.socket");
        listenAndEnd(socket);
        Command.Result result = Command.run(
                "setpriv",
                "--bounding-set=-mknod,-sys_nice",
                AgentProcess.program(),
                "doctor",
                "--socketfile=" + socket);

        String shown = result.out()
                .lines()
                .filter(line -> !line.startsWith("ok:"))
                .collect(Collectors.joining("\n"))
                .replace(socket.toString(), "/run/seccomp-agent.socket");
        String example = REFERENCE.split("```")[3].strip();
        assertThat(withoutVersions("$ seccomp-agent doctor | grep -v ^ok:\n" + shown))
                .isEqualTo(withoutVersions(example));
    }

    private static String withoutVersions(String text) {
        return text.replaceAll("(libseccomp is|note: runc) [0-9.]+", "$1 N");
    }

    private static void listenAndEnd(Path socket) throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void noSocket() throws Exception {
        Diagnosis found = doctorAt(folder.resolve("no.socket"));

        found.says("socket", "error").contains("no socket at " + folder.resolve("no.socket"));
        assertThat(found.status()).isEqualTo(1);
    }

    @Test
    void aFileThatIsNoSocket() throws Exception {
        doctorAt(Files.createFile(folder.resolve("file")))
                .says("socket", "error")
                .contains("is no socket");
    }

    @Test
    void aSocketThatNobodyListensOn() throws Exception {
        Path socket = folder.resolve("dead.socket");
        listenAndEnd(socket);

        doctorAt(socket).says("socket-listening", "error").contains("nobody listens");
    }

    @Test
    void aSocketOfAWrongMode() throws Exception {
        try (AgentProcess agent = AgentProcess.start("none")) {
            Files.setPosixFilePermissions(agent.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));

            Diagnosis found = doctorAt(agent.socket());

            found.says("socket-mode", "error").contains("0666 instead of 0600");
            found.isWell("socket-answer");
            assertThat(found.status()).isEqualTo(1);
        }
    }

    @Test
    void aFolderWhereOthersCouldReplaceTheSocket() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (AgentProcess agent = AgentProcess.startAt(open.resolve("agent.socket"), "none")) {
            doctorAt(agent.socket()).says("socket-folder", "error").contains(open.toString());
        }
    }

    @Test
    void somebodyWhoClosesTheListener() throws Exception {
        try (StateCatcher catcher = StateCatcher.listen(folder.resolve("agent.socket"))) {
            Thread other = new Thread(() -> catcher.next((state, listener) -> {}));
            other.start();

            Diagnosis found = doctorAt(catcher.path());
            other.join();

            found.says("socket-answer", "error")
                    .contains("ENOSYS", "process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void somebodyWhoDoesNotAnswer() throws Exception {
        try (StateCatcher silent = StateCatcher.listen(folder.resolve("agent.socket"))) {
            doctorAt(silent.path())
                    .says("socket-answer", "error")
                    .contains(
                            "does not answer",
                            "process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void rootWithoutCapabilities() throws Exception {
        Diagnosis found = doctor(
                List.of("setpriv", "--bounding-set=-sys_admin,-mknod"), "--socketfile=" + folder.resolve("no.socket"));

        found.says("start", "error").contains("CAP_SYS_ADMIN is missing");
        found.says("capability-sys-admin", "error").contains("lacks CAP_SYS_ADMIN");
        found.says("capability-mknod", "warning").contains("lacks CAP_MKNOD");
        found.says("mount-covers", "unknown").contains("was not tried");
        assertThat(found.status()).isEqualTo(1);
    }

    /** Its own calls are notified to the agent of 'run'. */
    @Test
    void aProcessThatHasAForeignListener() throws Exception {
        Diagnosis found = Diagnosis.of(Command.run(
                AgentProcess.program(),
                "run",
                "--resolver=none",
                "--notify=mkdir",
                "--",
                AgentProcess.program(),
                "doctor",
                "--json",
                "--socketfile=/nowhere"));

        found.says("foreign-listener", "error").contains("EBUSY");
        assertThat(found.status()).isEqualTo(1);
    }

    private Path programsWithout(String... missing) throws IOException {
        Path programs = Files.createDirectory(folder.resolve("bin"));
        for (String name : List.of("sh", "env", "readlink", "uname", "java", "runc", "crun", "containerd")) {
            if (!List.of(missing).contains(name)) {
                Files.createSymbolicLink(
                        programs.resolve(name), Command.find(name).toRealPath());
            }
        }
        return programs;
    }

    @Test
    void runcIsNotOnThePath() throws Exception {
        Path programs = programsWithout("runc");

        Diagnosis found = doctor(List.of("env", "PATH=" + programs), "--socketfile=" + folder.resolve("no.socket"));

        found.says("runtime-runc", "error").contains("runc is not on PATH", "containerd");
        found.isWell("runtime-crun");
    }

    @Test
    void noRuntimeIsOnThePath() throws Exception {
        Path programs = programsWithout("runc", "crun", "containerd");

        doctor(List.of("env", "PATH=" + programs), "--socketfile=" + folder.resolve("no.socket"))
                .says("runtime", "error")
                .contains("neither runc nor crun");
    }

    @Test
    void countersThatShouldBeZero() throws Exception {
        try (AgentProcess agent = AgentProcess.start("none", "--metrics-bind-address=127.0.0.1:0")) {
            try (RawClient client = RawClient.connect(agent.socket())) {
                client.send(new byte[] {'?'}, 0);
                agent.awaitLog("it is no JSON");
            }

            Diagnosis found = doctor(
                    "--socketfile=" + agent.socket(),
                    "--metrics-address=127.0.0.1:" + Scrape.address(agent).getPort());

            found.says("agent-counter-bad-states", "warning").contains("1 bad states");
            assertThat(found.status()).isZero();
        }
    }

    @Test
    void metricsThatAreNotThere() throws Exception {
        doctor("--socketfile=" + folder.resolve("no.socket"), "--metrics-address=127.0.0.1:1")
                .says("agent-metrics", "unknown")
                .contains("127.0.0.1:1");
    }

    @Test
    void anOrdinaryUserIsToldWhatCannotBeSeen() throws Exception {
        Path copy = folder.resolve("copy"); // the checkout may be in a place that only root can read
        Command.run("cp", "-r", System.getProperty("seccompagent.dist"), copy.toString())
                .orFail();
        try (AgentProcess agent = AgentProcess.start("none")) {
            Command.Result result = Command.run(Command.concat(
                    AS_NOBODY,
                    List.of(
                            "env",
                            "HOME=/",
                            copy + "/bin/seccomp-agent",
                            "doctor",
                            "--json",
                            "--socketfile=" + agent.socket())));

            Diagnosis found = Diagnosis.of(result);
            found.isWell("notify");
            for (String id : List.of("start", "mount-covers", "socket-answer", "capabilities")) {
                found.says(id, "unknown").isNotEmpty();
                assertThat(found.one(id).path("why").asText()).contains("uid 65534");
            }
            assertThat(found.of("error")).isEmpty();
            assertThat(found.status()).isEqualTo(2);
            assertThat(result.output()).doesNotContain("Exception");
        }
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        Path session = folder.resolve("session");
        String inItsSession = "echo $$ >" + session + "; exec \"$0\" \"$@\"";
        try (AgentProcess agent = AgentProcess.start("none")) {
            Set<String> before = traces();

            doctor(List.of("setsid", "--wait", "sh", "-c", inItsSession), "--socketfile=" + agent.socket())
                    .isWell("socket-answer");

            String id = Files.readString(session).strip();
            Files.delete(session);
            assertThat(id).matches("[0-9]+");
            assertThat(processesOfSession(id)).isEmpty();
            Await.until("everything is as it was").until(() -> before.containsAll(traces()));
        }
    }

    /** Mounts, and files in the usual places. */
    private Set<String> traces() throws IOException {
        Set<String> traces = new TreeSet<>(Files.readAllLines(Path.of("/proc/self/mountinfo")));
        for (String place : List.of(
                "/run", "/tmp", "/dev/shm", "/var/tmp", "/", folder.path().toString())) {
            try (Stream<Path> files = Files.list(Path.of(place))) {
                files.map(Path::toString)
                        .filter(file -> !file.matches(".*/(junit-|seccomp-agent-e2e-|hsperfdata).*"))
                        .forEach(traces::add);
            }
        }
        return traces;
    }

    private static List<String> processesOfSession(String id) {
        return ProcessHandle.allProcesses()
                .map(process -> stat(process.pid()))
                .filter(stat -> stat.replaceFirst("(?s).*\\) ", "").split(" ").length > 3)
                .filter(stat ->
                        stat.replaceFirst("(?s).*\\) ", "").split(" ")[3].equals(id))
                .toList();
    }

    private static String stat(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat"));
        } catch (IOException gone) {
            return "";
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "--nonsense",
                "--metrics-address=nowhere",
                "--metrics-address=1:2:3",
                "--profile=/nowhere/profile.json"
            })
    void badInput(String option) {
        OneLine.of(Command.run(AgentProcess.program(), "doctor", option), 2).contains(option.replaceAll("^-*|=.*", ""));
    }
}
