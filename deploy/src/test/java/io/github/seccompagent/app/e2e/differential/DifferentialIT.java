package io.github.seccompagent.app.e2e.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Makes each call twice, in twin containers: once directly, and once by the agent on the caller's behalf. The return
 * value, the errno and everything that the call leaves behind must be the same. {@code
 * differential/known-differences.txt} lists the exceptions with their reasons.
 *
 * <p>{@code -Ddifferential=full} makes all cases, {@code -Ddifferential=40} makes every fortieth, and {@code
 * -Ddifferential.only=TEXT} makes those whose description contains the text.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES) // the full run takes its time
class DifferentialIT {
    private static final String USUAL_SELECTION = "30";
    private static final int SHOWN = 100;
    private static final int MAX_SECOND_LOOK = 16; // how many cases can be named at once

    /** Where the calls are made. */
    private enum Filesystem {
        OVERLAY("/scratch"),
        TMPFS("/dev/shm/scratch");

        private final String scratch;

        Filesystem(String scratch) {
            this.scratch = scratch;
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesWhatTheKernelDoes(Filesystem filesystem) throws InterruptedException {
        List<Difference> differences = unknownDifferences(filesystem, selection(filesystem));
        if (!differences.isEmpty() && differences.size() <= MAX_SECOND_LOOK) {
            differences = secondLook(filesystem, differences);
        }

        assertThat(differences)
                .as(differences.size() + " differences:\n"
                        + differences.stream()
                                .limit(SHOWN)
                                .map(Difference::toString)
                                .collect(Collectors.joining("\n")))
                .isEmpty();
    }

    private static List<Difference> unknownDifferences(Filesystem filesystem, List<String> selection)
            throws InterruptedException {
        Path program = TestPrograms.differential();
        try (DifferentialRun direct = DifferentialRun.direct(program, selection);
                DifferentialRun onBehalf = DifferentialRun.onBehalf(program, selection)) {
            List<Difference> all = Difference.between(direct.lines(), onBehalf.lines());
            KnownDifferences known = KnownDifferences.load();
            List<Difference> unknown =
                    all.stream().filter(each -> !known.contains(each)).toList();
            System.out.printf(
                    "%s: %d cases, %d differences, %d of them known%n",
                    filesystem, direct.lines().size(), all.size(), all.size() - unknown.size());
            assertThat(direct.lines()).isNotEmpty();
            return unknown;
        }
    }

    /**
     * The kernel itself does not always do the same. For example, a lookup that it begins again counts its symbolic
     * links twice. A difference that does not come again is printed, and does not fail the test.
     */
    private static List<Difference> secondLook(Filesystem filesystem, List<Difference> first)
            throws InterruptedException {
        List<String> selection = new ArrayList<>(List.of("--scratch", filesystem.scratch));
        first.forEach(difference -> selection.addAll(List.of("--only", difference.description())));
        List<Difference> second = unknownDifferences(filesystem, selection);
        first.stream()
                .filter(difference -> !second.contains(difference))
                .forEach(once -> System.out.println("differed only once: " + once));
        return second;
    }

    private static List<String> selection(Filesystem filesystem) {
        String selection = System.getProperty("differential", USUAL_SELECTION);
        String only = System.getProperty("differential.only", "");
        return List.of(
                "--scratch",
                filesystem.scratch,
                "--every",
                selection.equals("full") || !only.isEmpty() ? "1" : selection,
                "--only",
                only);
    }
}
