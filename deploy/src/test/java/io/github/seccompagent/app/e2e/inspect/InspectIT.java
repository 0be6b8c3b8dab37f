package io.github.seccompagent.app.e2e.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import io.github.seccompagent.app.inspect.Inspection;
import io.github.seccompagent.app.report.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command tells what seccomp does with a container's calls, and disturbs nobody. */
class InspectIT {
    private static final boolean IS_X86 = System.getProperty("os.arch").equals("amd64");

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    @AutoClose
    private final EmbeddedAgent agent = EmbeddedAgent.with(registry -> registry);

    private static JsonNode call(JsonNode abi, String name) {
        for (JsonNode each : abi.path("calls")) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("no call " + name);
    }

    private static Command.Result inspect(String... words) {
        return Command.run(Command.concat(List.of(AgentProcess.program(), "inspect"), List.of(words)));
    }

    @ParameterizedTest
    @EnumSource
    void aContainerIsFoundByItsNameAndTheBeginningOfItsId(OciRuntime runtime) {
        OciBundle bundle = OciBundle.notifying(agent.socket())
                .annotations(Map.of("io.kubernetes.cri.container-name", "inspected-web"));
        try (OciContainer container = OciContainer.start(runtime, bundle)) {
            String root = "--runtime-root=" + container.runtimeRoot();
            String beginning = container.id().substring(0, container.id().length() - 1);
            String process = "process " + container.pid() + " ";

            assertThat(inspect("inspected-web", root).orFail()).startsWith(process);
            assertThat(inspect(beginning, root).orFail()).startsWith(process);
            OneLine.of(inspect("inspected", root), 2).contains("neither a pid nor a container");
        }
    }

    @Test
    void aContainerIsFoundByTheNameOfItsCgroup() {
        String id = "0123456789abcdef".repeat(4);
        OciBundle bundle = OciBundle.notifying(agent.socket()).cgroup("/" + id);
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            assertThat(inspect(id.substring(0, 12)).orFail())
                    .startsWith("process " + container.pid() + " (sleep) of container " + id + ": ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aContainerIsFoundByItsIdAndToldByCall(OciRuntime runtime) throws IOException {
        try (OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            String root = "--runtime-root=" + container.runtimeRoot();

            String text = inspect(container.id(), root).orFail();
            JsonNode json = new ObjectMapper()
                    .readTree(inspect("--json", root, container.id()).orFail());

            assertThat(text)
                    .startsWith("process " + container.pid() + " (sleep) of container " + container.id() + ": 1 filter")
                    .contains("  notify (", " mkdirat mount\n");
            assertThat(json.path("source").asText()).isEqualTo("kernel");
            assertThat(json.path("pid").asInt()).isEqualTo(container.pid());
            assertThat(json.path("abis")).hasSize(IS_X86 ? 3 : 1);
            JsonNode mkdirat = call(json.path("abis").path(0), "mkdirat");
            assertThat(mkdirat.path("cases").toString()).isEqualTo("[{\"action\":\"notify\"}]");
            assertThat(container.shell("echo runs").orFail()).isEqualTo("runs");
        }
    }

    @Test
    void aContainerIsComparedWithProfilesAsTheReferenceShows() throws IOException {
        List<String> blocks = blocks(Files.readString(Path.of("reference/inspect.md")));
        Path other = Files.writeString(folder.resolve("other.json"), blocks.get(0));
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            String pid = Integer.toString(container.pid());
            String own = container.bundle().resolve("config.json").toString();

            assertThat(inspect(pid, "--against", own).orFail()).endsWith("\nno difference");
            Command.Result different =
                    inspect(container.id(), "--against", other.toString(), "--runtime-root=" + container.runtimeRoot());

            assertThat(different.status()).isEqualTo(1);
            if (IS_X86) {
                String out = different
                        .out()
                        .replace("process " + pid, "process 4711")
                        .replace(container.id(), "web")
                        .replace(other.toString(), "other.json");
                String shown = blocks.get(1).substring(blocks.get(1).indexOf('\n') + 1);
                assertThat(withoutLengths(out)).isEqualTo(withoutLengths(shown));
            } else {
                assertThat(different.out()).contains("  notify -> errno EPERM (1)\n    mount\n");
            }
        }
    }

    /** Each libseccomp makes filters of its own length. */
    private static String withoutLengths(String text) {
        return text.replaceAll("of [0-9]+ instructions", "of N instructions");
    }

    /** What is in the blocks of a page. */
    private static List<String> blocks(String page) {
        return Pattern.compile("^```(?:json)?\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** A stop would interrupt the call, and it would be made again. */
    @Test
    void aCallThatWaitsForItsAnswerIsNotDisturbed() {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        try (EmbeddedAgent slow = EmbeddedAgent.with(registry -> registry.on("mkdir", call -> {
                    calls.incrementAndGet();
                    answer.await();
                    return Response.failure(Errno.EBADMSG);
                }));
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC, OciBundle.notifying(slow.socket()).command("mkdir", "/tmp/a"))) {
            Await.until("the call waits").until(() -> calls.get() == 1);

            Command.Result result = inspect(Integer.toString(container.pid()));

            assertThat(result.status()).isEqualTo(2);
            assertThat(result.out()).contains("wait for the answers to notified calls");
            assertThat(calls).hasValue(1);
            answer.countDown();
        }
    }

    @Test
    void withoutPrivilegeOnlyTheStatusIsTold() throws IOException {
        String copy = folder.resolve("copy").toString();
        Command.run("cp", "-r", System.getProperty("seccompagent.dist"), copy).orFail();
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            Command.Result result = Command.run(
                    "setpriv",
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    copy + "/bin/seccomp-agent",
                    "inspect",
                    Integer.toString(container.pid()));

            assertThat(result.status()).isEqualTo(2);
            assertThat(result.out()).contains("1 filter", "CAP_SYS_ADMIN", "EPERM");
        }
    }

    /** Then it is the bundle that tells. */
    @Test
    void theKernelDoesNotShowFilters() throws IOException {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            String root = "--runtime-root=" + container.runtimeRoot();
            List<String> withoutPrivilege = List.of(
                    "setpriv",
                    "--bounding-set=-sys_admin",
                    AgentProcess.program(),
                    "inspect",
                    container.id(),
                    root,
                    "--json");

            assertIsFromBundle(Command.run(withoutPrivilege), "CAP_SYS_ADMIN");
            container.pause();
            assertIsFromBundle(inspect(container.id(), root, "--json"), "frozen");
            container.resume();

            assertThat(container.shell("echo runs").orFail()).isEqualTo("runs");
            assertThat(inspect(container.id(), root).status()).isZero();
        }
    }

    private static void assertIsFromBundle(Command.Result result, String why) throws IOException {
        JsonNode told = new ObjectMapper().readTree(result.out());
        assertThat(result.status()).isEqualTo(2);
        assertThat(told.path("source").asText()).isEqualTo("bundle");
        assertThat(told.path("why").asText()).contains(why);
        assertThat(call(told.path("abis").path(0), "mkdirat").toString()).contains("notify");
    }

    @Test
    void eachThreadHasFiltersOfItsOwn() throws Exception {
        Process process = new ProcessBuilder(TestPrograms.FILTERED_THREAD.toString()).start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String thread = out.readLine();

            assertThat(inspect(Long.toString(process.pid())).orFail()).contains("seccomp is off", "ids: " + thread);
            assertThat(inspect(thread).orFail())
                    .contains("1 filter of 4 (logged) instructions, no_new_privs", "  errno EPERM (1)\n    mkdirat\n");
        } finally {
            process.destroyForcibly();
        }
    }

    /** Processes that end at any time. */
    @Test
    void aProcessThatEndsMeanwhile() throws Exception {
        for (int attempt = 0; attempt < 50; attempt++) {
            String pid =
                    Command.run("sh", "-c", "sleep 0.001 >/dev/null & echo $!").orFail();
            try {
                new Inspection(pid, "", List.of()).print(new PrintStream(OutputStream.nullOutputStream()), true);
            } catch (UsageException expected) {
                assertThat(expected).hasMessageFindingMatch("process " + pid + "($| has ended)");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2", "99999999999", "4194305", "nonsense", "../../etc", "\033[31mred", ""})
    void whoCannotBeInspected(String target) {
        OneLine.of(inspect(target), 2).doesNotContain("\033");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$p = fork; sleep 1000 if $p; exit 0 # zombie",
                "syscall(PTRACE, 0x4206, getppid, 0, 0); sleep 1000 # traced by"
            })
    void aProcessThatCannotBeTraced(String program) throws Exception {
        String[] parts = program.replace("PTRACE", IS_X86 ? "101" : "117").split(" # ");
        boolean isTraced = parts[1].startsWith("traced");
        String line = isTraced ? "$p = fork; if (!$p) { " + parts[0] + " } sleep 1000" : parts[0];
        Process process = new ProcessBuilder("perl", "-e", "$| = 1; print \"$$\\n\"; " + line).start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.readLine();
            Await.until("there is a child")
                    .until(() -> process.children().findAny().isPresent());
            long child = process.children().findAny().orElseThrow().pid();
            long target = isTraced ? process.pid() : child;
            String field = isTraced ? "TracerPid:\t" + child : "State:\tZ";
            Await.until(field)
                    .until(() -> Files.readString(Path.of("/proc/" + target + "/status"))
                            .contains(field));

            OneLine.of(inspect(Long.toString(target)), 2).contains(parts[1]);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** A file that would need more memory than there is, if all of it were read. */
    @Test
    void aFileThatIsTooLong() throws IOException {
        String own = Long.toString(ProcessHandle.current().pid());
        Path file = folder.resolve("long.json");
        Command.run("truncate", "--size=50M", file.toString()).orFail();
        Path shorter = Files.writeString(folder.resolve("shorter.json"), "[" + "{},".repeat(340_000) + "{}]");

        OneLine.of(inspect(own, "--against=" + file), 2).contains("larger than");
        OneLine.of(inspect(own, "--against=" + shorter), 2).contains("shorter.json");
        OneLine.of(inspect(own, "--against=" + folder.resolve("none.json")), 2).contains("there is no such file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"defaultAction\": \"SCMP_ACT_NONSENSE\"}",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"SCMP_ARCH_Z80\"]}",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"mkdir\"], \"action\": "
                        + "\"SCMP_ACT_ERRNO\", \"args\": [{\"index\": 6, \"op\": \"SCMP_CMP_EQ\"}]}]}"
            })
    void aFileThatIsNoProfile(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("broken.json"), content);

        OneLine.of(inspect(Long.toString(ProcessHandle.current().pid()), "--against=" + file), 2)
                .isNotBlank();
    }
}
