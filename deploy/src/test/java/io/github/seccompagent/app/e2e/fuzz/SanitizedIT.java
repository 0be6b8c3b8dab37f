package io.github.seccompagent.app.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The helper under AddressSanitizer and UndefinedBehaviorSanitizer: some of the calls of the differential suite, and a
 * keeper. {@code deploy/sanitize} runs the other end-to-end tests so.
 */
class SanitizedIT {
    private static final TempFolder FOLDER = TempFolder.create();
    private static final Path COPY = FOLDER.resolve("sanitized");
    private static final int MINUTES = 5;

    @BeforeAll
    static void makeCopy() {
        String distribution =
                Path.of(AgentProcess.program()).getParent().getParent().toString();
        Command.run(
                        "env",
                        "JAVA_HOME=" + System.getProperty("java.home"),
                        "sh",
                        "src/test/sanitized.sh",
                        distribution,
                        COPY.toString())
                .orFail();
    }

    @AfterAll
    static void deleteCopy() {
        FOLDER.close();
    }

    private static String agent() {
        return COPY.resolve("bin/seccomp-agent").toString();
    }

    private static void assertNoReport() throws IOException {
        String report = Files.readString(COPY.resolve("report"), StandardCharsets.ISO_8859_1)
                .replace("\0", "");
        assertThat(report).isEmpty();
    }

    @Test
    void workersMakeCalls() throws IOException {
        String suite = TestPrograms.differential().toString();
        String calls = Command.run(suite, "--calls").orFail();
        String lines = Command.run(
                        60 * MINUTES,
                        List.of(
                                suite,
                                "--scratch",
                                "/dev/shm/scratch",
                                "--every",
                                "250",
                                "--only",
                                "",
                                "--",
                                agent(),
                                "run",
                                "--log=warn",
                                "--resolver=pass-through",
                                "--metadata=PASS_OPEN=true",
                                "--notify=" + calls,
                                "--",
                                suite,
                                "--inside"))
                .orFail();

        assertNoReport();
        assertThat(lines.lines()).hasSizeGreaterThan(100);
    }

    @Test
    void aKeeperStartsItsAgentAgainAndEnds() throws Exception {
        Process keeper = new ProcessBuilder(agent(), "keep", "--socketfile=" + FOLDER.resolve("agent.socket"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = keeper.inputReader()) {
            assertThat(out.readLine()).contains("listening on ");
            keeper.children().forEach(ProcessHandle::destroyForcibly);
            assertThat(out.readLine()).as("the next agent").contains("listening on ");
            keeper.destroy();
            assertThat(keeper.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
            assertThat(keeper.exitValue()).isEqualTo(143);
        } finally {
            keeper.descendants().forEach(ProcessHandle::destroyForcibly);
            keeper.destroyForcibly();
        }
        assertNoReport();
    }
}
