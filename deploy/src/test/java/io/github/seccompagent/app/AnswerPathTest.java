package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of the methods on the way of a plain answer. Java ignores a line of it that fits no method. */
class AnswerPathTest {
    private static final String COMMAND = "inline,";

    static Stream<String> methods() throws IOException {
        return Files.readAllLines(Path.of("src/main/dist/lib/answer-path.txt")).stream()
                .filter(line -> line.startsWith(COMMAND))
                .map(line -> line.substring(COMMAND.length()));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void isThere(String method) throws Exception {
        String[] names = method.split("::");
        Class<?> owner = Class.forName(names[0], false, getClass().getClassLoader());
        Stream<? extends Executable> known = names[1].equals("<init>")
                ? Arrays.stream(owner.getDeclaredConstructors())
                : Arrays.stream(owner.getDeclaredMethods())
                        .filter(each -> each.getName().equals(names[1]));

        assertThat(known).isNotEmpty();
    }
}
