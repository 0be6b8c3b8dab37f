package io.github.seccompagent.app.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs each fuzz target: first the inputs that the repository has, then, for a moment, such as they lead to. With
 * {@code deploy/fuzz SECONDS} each goes on for so long.
 */
class FuzzIT {
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 0);
    private static final int MOMENT = 1;
    private static final int PATIENCE = 600;

    /** A Java that lives for a moment spends less on its compiler so. */
    private static final List<String> AT_ONCE = List.of("env", "JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1");

    private static final Path OUTPUT = Path.of("target/fuzz");
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units: ([0-9]+)");

    private static final TempFolder FOLDER = TempFolder.create();
    private static final ExecutorService TWO = Executors.newFixedThreadPool(2);
    private static Map<FuzzTarget, Future<Command.Result>> results = Map.of();

    static List<FuzzTarget> targets() {
        String only = System.getProperty("fuzz.target", "");
        return FuzzTarget.all().stream()
                .filter(target -> only.isEmpty() || target.name().equals(only))
                .toList();
    }

    @BeforeAll
    static void startAll() {
        results = targets().stream()
                .collect(Collectors.toMap(Function.identity(), target -> TWO.submit(() -> run(target))));
    }

    /** A short run is the same each time, but for its end. A long one goes on where the last one has ended. */
    private static Command.Result run(FuzzTarget target) throws Exception {
        boolean isShort = SECONDS == 0;
        Files.createDirectories(OUTPUT);
        Path found = isShort
                ? FOLDER.resolve(target.name())
                : OUTPUT.resolve("inputs").resolve(target.name());
        List<String> command = target.command(isShort ? MOMENT : SECONDS, found, OUTPUT.toAbsolutePath());
        return Command.run(
                SECONDS + PATIENCE,
                isShort ? Command.concat(Command.concat(AT_ONCE, command), List.of("-seed=1")) : command);
    }

    @ParameterizedTest
    @MethodSource("targets")
    @Timeout(value = 24, unit = TimeUnit.HOURS)
    void noInputShowsAMistake(FuzzTarget target) throws Exception {
        Command.Result result = results.get(target).get();

        assertThat(result.status())
                .as(
                        "%s; if an input was written to %s, keep it in %s. %s",
                        target, OUTPUT, target.inputs(), tail(result))
                .isZero();
        Matcher executed = EXECUTED.matcher(result.output());
        assertThat(executed.find()).as(tail(result)).isTrue();
        try (var inputs = Files.list(target.inputs())) {
            assertThat(Long.parseLong(executed.group(1))).isGreaterThan(inputs.count());
        }
        System.out.println(target.name() + ": " + executed.group(1) + " executions");
    }

    private static String tail(Command.Result result) {
        List<String> lines = result.output()
                .lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("INFO: "))
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    @AfterAll
    static void end() {
        TWO.shutdownNow();
        FOLDER.close();
    }
}
