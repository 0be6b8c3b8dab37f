package io.github.seccompagent.app.e2e.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The resolver {@code record}, and profiles that a runtime enforces. */
class RecordResolverIT {
    private static final String[] PROGRAM = {"sh", "-c", "busybox ls / >/dev/null; mkdir /made; echo done"};

    @AutoClose
    private final Recorder recorder = new Recorder();

    private Path containerProfile(AgentProcess agent, String name) {
        Path profile = recorder.file("record-" + name + ".json");
        Command.run(
                        AgentProcess.program(),
                        "record",
                        "--container=" + name,
                        "--socketfile=" + agent.socket(),
                        "-o",
                        profile.toString())
                .orFail();
        return profile;
    }

    @ParameterizedTest
    @EnumSource
    void aContainerRunsWithTheProfileThatWasRecordedOfIt(OciRuntime runtime) {
        Path records = recorder.file("records");
        try (AgentProcess agent = AgentProcess.start("record", "--record-dir=" + records)) {
            OciBundle bundle = OciBundle.notifying(agent.socket()).command(PROGRAM);
            assertThat(OciContainer.runToEnd(runtime, bundle.profile(containerProfile(agent, "web.1")))
                            .orFail())
                    .isEqualTo("done");

            Path profile = records.resolve("web.1.json");
            Await.until("the profile").until(() -> Files.exists(profile));

            assertThat(OciContainer.runToEnd(runtime, bundle.profile(profile)).orFail())
                    .isEqualTo("done");
            assertThat(OciContainer.runToEnd(
                                    runtime, bundle.profile(profile).command("sh", "-c", "chmod 700 /; echo $?"))
                            .out())
                    .isEqualTo("1\n");
        }
    }

    /** It is one container that is recorded, and the resolver serves the others. */
    @Test
    void anotherResolverServesTheOtherContainers() {
        Path records = recorder.file("records");
        try (AgentProcess agent = AgentProcess.start("demo-basic", "--record-dir=" + records)) {
            OciBundle bundle = OciBundle.notifying(agent.socket()).command("sh", "-c", "chmod 700 / 2>&1; echo $?");

            assertThat(OciContainer.runToEnd(OciRuntime.RUNC, bundle).out()).contains("Bad message");
            assertThat(OciContainer.runToEnd(OciRuntime.RUNC, bundle.metadata("RECORD=chosen"))
                            .out())
                    .isEqualTo("0\n");

            Await.until("the profile").until(() -> Files.exists(records.resolve("chosen.json")));
        }
    }

    /** Root may write anywhere, but makes no folder below a file. */
    @Test
    void aFolderThatCannotBeMadeRefusesNothing() throws IOException {
        Path file = Files.createFile(recorder.file("file"));
        try (AgentProcess agent = AgentProcess.start("record", "--record-dir=" + file.resolve("records"))) {
            OciBundle bundle =
                    OciBundle.notifying(agent.socket()).command("sh", "-c", "mkdir /x; chmod 700 /; echo $?");

            assertThat(OciContainer.runToEnd(OciRuntime.RUNC, bundle.metadata("RECORD=web"))
                            .out())
                    .isEqualTo("0\n");
            agent.awaitLog("WARN", "The recording web cannot be written, and is tried again");
        }
    }

    /** Containers with the same name, and agents one after the other, add to the same recording. */
    @ParameterizedTest
    @EnumSource
    void recordingsOfOneNameAreOne(OciRuntime runtime) {
        Path records = recorder.file("records");
        Path evidence = records.resolve("both.evidence.json");
        for (String call : new String[] {"mkdir /x", "chmod 700 /"}) {
            try (AgentProcess agent = AgentProcess.start("record", "--record-dir=" + records)) {
                OciBundle bundle = OciBundle.notifying(agent.socket())
                        .command("sh", "-c", call)
                        .profile(containerProfile(agent, "both"));
                OciContainer.runToEnd(runtime, bundle).orFail();
                Await.until("the evidence")
                        .until(() -> Files.exists(evidence)
                                && Recorder.json(evidence).toString().contains("\"" + call.split(" ")[0] + "\""));
            }
        }
        assertThat(Recorder.json(evidence).toString())
                .contains("\"mkdir\"", "\"chmod\"", "\"program\":\"sh\"", "\"executable\":\"/bin/busybox\"");
    }

    @ParameterizedTest
    @EnumSource
    void aNameThatLeadsElsewhereIsRefused(OciRuntime runtime) {
        Path records = recorder.file("a/records");
        try (AgentProcess agent = AgentProcess.start("record", "--record-dir=" + records)) {
            OciBundle bundle = OciBundle.notifying(agent.socket())
                    .metadata("RECORD=../elsewhere")
                    .command("sh", "-c", "mkdir /x; echo $?");

            assertThat(OciContainer.runToEnd(runtime, bundle).out()).contains("1");
            agent.awaitLog("'../elsewhere' is no name");
            assertThat(records.getParent()).doesNotExist();
        }
    }

    /** The program alone was recorded, and the runtime's own calls come from the table. */
    @ParameterizedTest
    @EnumSource
    void theRuntimeStartsWithTheProfileOfACommand(OciRuntime runtime) {
        Path busybox = Command.find("busybox");
        String[] words = {busybox.toString(), "sh", "-c", "echo hello; exit 6"};
        Recorder.Recorded recorded = recorder.record(
                java.util.List.of(words), "--runtime=" + runtime.name().toLowerCase(Locale.ROOT));
        words[0] = "/bin/busybox";

        for (boolean noNewPrivileges : new boolean[] {false, true}) {
            OciBundle bundle =
                    OciBundle.notifying(recorder.file("none")).command(words).profile(recorded.profile());
            Command.Result result = OciContainer.runToEnd(runtime, noNewPrivileges ? bundle.noNewPrivileges() : bundle);
            assertThat(result).isEqualTo(new Command.Result(6, "hello\n", ""));
        }
    }
}
