package io.github.seccompagent.app.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With few descriptors, the program says in one line why it cannot work, and leaves nothing behind. */
class FewDescriptorsIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    static IntStream limits() {
        return IntStream.rangeClosed(20, 80);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void saysWhyNot(int limit) {
        OneLine.of(agent("ulimit -n " + limit), 2).contains(limit + " open files");
        assertThat(folder.path()).isEmptyDirectory();
    }

    /** Java must not raise its limit here, so that any first need of a descriptor can fail. */
    @ParameterizedTest
    @ValueSource(ints = {40, 48, 49, 50, 51, 52, 53, 54, 55, 56, 58, 60, 80, 128})
    void isNeverTakenForOneThatFoundAnother(int limit) {
        Command.Result result = agent("ulimit -S -n " + limit + "; export SECCOMP_AGENT_JAVA_OPTS=-XX:-MaxFDLimit");

        assertThat(result.status()).as(result.output()).isEqualTo(2);
        assertThat(result.err()).contains("seccomp-agent: ");
        assertThat(folder.path()).isEmptyDirectory();
    }

    @Test
    void itWorksWithTheFewestThatItTakes() {
        String ends = " & agent=$!; while kill -0 $agent && [ ! -S \"$1/s\" ]; do sleep 0.05; done; sleep 0.5;"
                + " kill $agent; wait $agent";
        Command.Result result = run("ulimit -n 256", ends);

        assertThat(result.out()).contains("listening on");
        assertThat(folder.path()).isEmptyDirectory();
    }

    private Command.Result agent(String before) {
        return run(before + "; exec", "");
    }

    private Command.Result run(String before, String after) {
        String line = before + (after.isEmpty() ? " " : "; ") + "\"$0\" --socketfile=\"$1/s\"" + after;
        return Command.run(
                "sh", "-c", line, AgentProcess.program(), folder.path().toString());
    }
}
