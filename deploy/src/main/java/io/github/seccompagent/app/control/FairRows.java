package io.github.seccompagent.app.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Chooses rows where not all have room. Each owner's first rows come before the further ones of any other. */
final class FairRows {
    /** How many rows of an owner come first. */
    static final int FEW = 4;

    private FairRows() {}

    /** At most {@code most} of the rows, in the same order. */
    static <T> List<T> choose(List<T> rows, Function<T, String> ownerOf, int most) {
        if (rows.size() <= most) {
            return rows;
        }
        Map<String, Integer> counts = new HashMap<>();
        boolean[] isFirst = new boolean[rows.size()];
        int left = most;
        for (int i = 0; i < rows.size() && left > 0; i++) {
            isFirst[i] = counts.merge(ownerOf.apply(rows.get(i)), 1, Integer::sum) <= FEW;
            left -= isFirst[i] ? 1 : 0;
        }
        List<T> chosen = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (isFirst[i]) {
                chosen.add(rows.get(i));
            } else if (left > 0) {
                chosen.add(rows.get(i));
                left--;
            }
        }
        return chosen;
    }
}
