package io.github.seccompagent.app.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private final Figures figures = new Figures();

    private void put(String what, String agent, double... each) {
        for (double figure : each) {
            figures.put(what, agent, figure);
        }
    }

    @Test
    void theMedianIsTheOneInTheMiddleWhateverTheOrder() {
        put("p50", "own", 9, 1, 2, 8, 3);

        assertThat(figures.median("p50", "own")).hasValue(3);
        assertThat(figures.median("p50", "other")).isEmpty();
        assertThat(figures.median("p99", "own")).isEmpty();
    }

    @Test
    void aRatioIsOfMediansAndNeedsBoth() {
        put("a", "own", 6, 1, 60);
        put("b", "reference", 2, 3, 4);
        put("zero", "reference", 0);

        assertThat(figures.ratio("a", "own", "b", "reference")).hasValue(2);
        assertThat(figures.ratio("a", "own", "b", "own")).isEmpty();
        assertThat(figures.ratio("a", "own", "zero", "reference")).isEqualTo(OptionalDouble.empty());
    }

    @Test
    void aTableHasOnlyWhatWasMeasuredOfItsColumns() {
        put("mkdir", "reference", 2);
        put("mkdir", "own", 3);
        put("attach", "own", 7);
        put("tar", "without", 1);

        assertThat(figures.table(List.of("reference", "own", "peer"), "reference")
                        .lines()
                        .map(line -> line.replaceAll(" +", " ").strip()))
                .containsExactly("median reference own", "mkdir 2.00 x 1.00 3.00 x 1.50", "attach - 7.00");
        assertThat(figures.table(List.of("peer"), "reference")).isEmpty();
    }
}
