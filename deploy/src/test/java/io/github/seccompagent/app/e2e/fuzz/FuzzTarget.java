package io.github.seccompagent.app.e2e.fuzz;

import io.github.seccompagent.app.e2e.fixture.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that libFuzzer feeds with inputs. Its name is that of the folder with the inputs that it starts from, which
 * are those of mistakes that were found, and some of each kind.
 */
sealed interface FuzzTarget permits CTarget, JavaTarget {
    /** Its name. */
    String name();

    /** How to start it, before the options of libFuzzer. */
    List<String> program(Path output) throws IOException;

    /** What else libFuzzer is told. */
    default List<String> options() {
        return List.of();
    }

    /** All of them. */
    static List<FuzzTarget> all() {
        return Stream.<FuzzTarget>concat(JavaTarget.ALL.stream(), CTarget.ALL.stream())
                .toList();
    }

    /** Where its inputs are. */
    default Path inputs() {
        return Path.of("src/test/fuzz", name());
    }

    /** Starts from the inputs, and goes on for so long. Keeps new inputs, and an input that shows a mistake. */
    default List<String> command(int seconds, Path found, Path output) throws IOException {
        Files.createDirectories(found);
        List<String> command = new ArrayList<>(List.of("nice", "-n", "10"));
        command.addAll(program(output));
        command.addAll(List.of(
                "-max_total_time=" + seconds,
                "-timeout=60",
                "-rss_limit_mb=2048",
                "-print_final_stats=1",
                "-artifact_prefix=" + output + "/" + name() + "-"));
        command.addAll(options());
        return Command.concat(command, List.of(found.toString(), inputs().toString()));
    }
}
