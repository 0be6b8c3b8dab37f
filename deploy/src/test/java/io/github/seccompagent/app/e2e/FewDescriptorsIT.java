package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With few descriptors the program listens, or says in one line why not, and leaves nothing behind. */
class FewDescriptorsIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    static IntStream limits() {
        return IntStream.rangeClosed(20, 80);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void listensOrSaysWhyNot(int limit) {
        // It ends when it listens.
        String line = "ulimit -n " + limit
                + "; exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; \"$0\" --socketfile=\"$1/s\" >\"$1/out\""
                + " & agent=$!; while kill -0 $agent 2>/dev/null && ! grep -q '^listening' \"$1/out\"; do sleep 0.05; done;"
                + " if grep -q '^listening' \"$1/out\"; then kill $agent; wait $agent; echo listened; exit 0; fi; wait $agent";
        Command.Result result = Command.run(
                "sh", "-c", line, AgentProcess.program(), folder.path().toString());

        assertThat(folder.path().resolve("s")).doesNotExist();
        assertThat(folder.path().toFile().list()).containsExactly("out");
        if (!result.out().equals("listened")) {
            OneLine.of(result, 2).contains("open files");
        }
    }
}
