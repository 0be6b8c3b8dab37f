package io.github.seccompagent.app.e2e.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a recording ends: with its program, by a signal, and without a place for what it has found. */
class RecordEndIT {
    @AutoClose
    private final Recorder recorder = new Recorder();

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalComesToTheProgramAndLeavesAPartialProfile(String signal) throws Exception {
        Path ready = recorder.file("ready");
        Path profile = recorder.file("p.json");
        String script = "trap 'echo got; exit 9' " + signal + "; : >\"$0\"; while :; do sleep 0.1; done";
        Process process = new ProcessBuilder(Command.concat(
                        Recorder.words("-o", profile.toString()), List.of("sh", "-c", script, ready.toString())))
                .redirectErrorStream(true)
                .start();
        try {
            Await.until("the program").until(() -> Files.exists(ready));

            Command.run("kill", "-" + signal, Long.toString(process.pid())).orFail();

            assertThat(new String(process.getInputStream().readAllBytes()))
                    .startsWith("got\n")
                    .contains("the recording is partial: SIG" + signal + " ended the recording");
            assertThat(process.waitFor()).isEqualTo(9);
            assertThat(Recorder.json(profile).path("comment").asText()).startsWith("partial: SIG" + signal);
            assertThat(Recorder.json(profile).at("/syscalls/0/names").toString())
                    .contains("clock_nanosleep");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void programsThatAreLeftBehindAreRecordedToTheirEnd() {
        Recorder.Recorded recorded = recorder.record(List.of(
                "sh",
                "-c",
                "(sleep 2; busybox mkdir \"$0\") >/dev/null 2>&1 & exit 4",
                recorder.file("late").toString()));

        assertThat(recorded.result().status()).isEqualTo(4);
        assertThat(recorder.file("late")).isDirectory();
        assertThat(recorded.names()).contains("mkdir");
        assertThat(recorded.result().err()).contains("programs that it started still run");
    }

    @Test
    void theStatusOfAProgramThatIsNotThere() {
        Recorder.Recorded recorded = recorder.record(List.of("/nowhere/program"));

        assertThat(recorded.result().status()).isEqualTo(127);
        assertThat(recorded.result().err()).contains("/nowhere/program", "nothing is written");
        assertThat(recorded.profile()).doesNotExist();
    }

    @Test
    void aFullDiskLeavesWhatWasThereBefore() throws IOException {
        Path disk = Files.createDirectory(recorder.file("disk"));
        Command.run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk.toString())
                .orFail();
        try {
            Files.writeString(disk.resolve("p.json"), "before");

            Command.Result result = Command.run(Command.concat(
                    Recorder.words("-o", disk.resolve("p.json").toString()), List.of("busybox", "true")));

            OneLine.of(result, 2).contains("p.json", "No space left on device");
            assertThat(disk.resolve("p.json")).hasContent("before");
            assertThat(disk).isDirectoryContaining(file -> file.endsWith("p.json"));
            assertThat(Files.list(disk)).hasSize(1);
        } finally {
            Command.run("umount", disk.toString());
        }
    }

    @Test
    void help() {
        String program = AgentProcess.program();

        assertThat(Command.run(program, "record", "--help").orFail())
                .startsWith("Usage: seccomp-agent record -o FILE")
                .contains("  -o, --output FILE\n", "--siblings");
        assertThat(Command.run(program, "profile", "minimise", "--help").orFail())
                .startsWith("Usage: seccomp-agent profile minimise");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "record",
                "record -- true",
                "record -o /nowhere/p.json -- true",
                "record -o / -- true",
                "record -o p --runtime=docker -- true",
                "record --json --enforce -- true",
                "record --under=/nowhere/p.json -- true",
                "record --under=/dev/zero -- true",
                "record --under=/etc/hostname -- true",
                "record --container=../x",
                "record --container=.x",
                "record --container=x -- true",
                "profile minimise",
                "profile minimise /nowhere/p /nowhere/e"
            })
    void badInput(String line) {
        OneLine.of(
                Command.run(
                        Command.concat(List.of("sh", "-c", "exec \"$0\" " + line), List.of(AgentProcess.program()))),
                2);
    }
}
