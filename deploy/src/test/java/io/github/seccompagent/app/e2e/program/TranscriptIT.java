package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.ShellSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The session that the README shows, word for word. */
class TranscriptIT {
    private static final String EXPECTED = """
            / # mount -t proc proc root
            / # ls /root/self/cmdline
            /root/self/cmdline
            / # mkdir /abc
            / # ls -1d /ab*
            /abc-pid-%d
            / # chmod 777 /
            chmod: /: Bad message
            """;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic");

    @ParameterizedTest
    @EnumSource
    void firstProcess(OciRuntime runtime) throws IOException {
        try (OciContainer container = OciContainer.startWithShell(runtime, OciBundle.notifying(AGENT.socket()))) {
            assertThat(transcript(container.console(), runtime, "run")).isEqualTo(EXPECTED, container.pid());
        }
    }

    @ParameterizedTest
    @EnumSource
    void executedProcess(OciRuntime runtime) throws IOException {
        try (OciContainer container = OciContainer.start(runtime, OciBundle.notifying(AGENT.socket()));
                ShellSession shell = container.execShell()) {
            assertThat(transcript(shell, runtime, "exec")).isEqualTo(EXPECTED, container.pid());
        }
    }

    private static String transcript(ShellSession shell, OciRuntime runtime, String how) throws IOException {
        shell.type("mount -t proc proc root");
        shell.type("ls /root/self/cmdline");
        shell.type("mkdir /abc");
        shell.type("ls -1d /ab*");
        shell.type("chmod 777 /");
        String name = runtime.name().toLowerCase(Locale.ROOT) + "-" + how + ".txt";
        Path folder = Files.createDirectories(Path.of("target/transcripts"));
        Files.writeString(folder.resolve(name), shell.transcript());
        return shell.transcript();
    }
}
