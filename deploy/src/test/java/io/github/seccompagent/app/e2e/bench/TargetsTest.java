package io.github.seccompagent.app.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
    @ParameterizedTest
    @CsvSource({
        "1.5, 1.5, met",
        "1.5, 1.2, met",
        "1.5, 1.8, MISSED by 20 %",
        "0.4, 0.5, MISSED by 25 %",
        "0, 0, met",
        "0, 2, MISSED"
    })
    void atMost(double limit, double reached, String verdict) {
        assertThat(Target.most(limit, "it", OptionalDouble.of(reached)).line())
                .contains("<=")
                .endsWith("  " + verdict);
    }

    @ParameterizedTest
    @CsvSource({"3000, 3000, met", "3000, 4000, met", "3000, 1500, MISSED by 50 %", "0.9, 0.45, MISSED by 50 %"})
    void atLeast(double limit, double reached, String verdict) {
        assertThat(Target.least(limit, "it", OptionalDouble.of(reached)).line())
                .contains(">=")
                .endsWith("  " + verdict);
    }

    @Test
    void whatWasNotMeasuredIsNotMet() {
        Targets none = new Targets(new Figures());

        assertThat(none.table(false).lines()).hasSizeGreaterThan(15).allMatch(line -> line.endsWith("not measured"));
        assertThat(none.table(true)).isEmpty();
    }

    /** A figure that is renamed in only one of two places would never be measured again. */
    @Test
    void takeTheFiguresOfTheRounds() {
        Figures figures = new Figures();
        figures.put("mkdir later p50, us", Commands.REFERENCE, 100);
        figures.put("mkdir later p50, us", Commands.OWN, 50);
        figures.put("open later p50, us", Commands.OWN, 40);
        figures.put("tar x, s", "without", 2);
        figures.put("tar x, s", "all but open", 3);

        assertThat(new Targets(figures).table(true).lines().map(line -> line.replaceAll(".* [<>]= *", "")))
                .containsExactly("0.40      0.50  MISSED by 25 %", "0.50      0.40  met", "1.50      1.50  met");
    }
}
