package io.github.seccompagent.app.document;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Guesses what somebody meant to write. */
public final class Likely {
    private static final int LONGEST = 64;
    private static final int SHORTEST_BEGINNING = 5;

    private Likely() {}

    /** The nearest of the known words, or one that goes on where the word ends; empty if there is none. */
    public static String of(String word, Collection<String> known) {
        if (word.isEmpty() || word.length() > LONGEST) {
            return "";
        }
        String small = word.toLowerCase(Locale.ROOT);
        String nearest = "";
        int least = 1 + Math.max(1, word.length() / 4);
        for (String candidate : known) {
            int distance = distance(small, candidate.toLowerCase(Locale.ROOT));
            if (distance < least || (distance == least && candidate.compareTo(nearest) < 0 && !nearest.isEmpty())) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest.isEmpty() ? longer(small, known) : nearest;
    }

    /** The only one that begins with the word, if it is no short one. */
    private static String longer(String word, Collection<String> known) {
        List<String> longer = known.stream()
                .filter(each -> each.toLowerCase(Locale.ROOT).startsWith(word))
                .limit(2)
                .toList();
        return word.length() >= SHORTEST_BEGINNING && longer.size() == 1 ? longer.get(0) : "";
    }

    /** How many letters have to be put in, taken out, replaced, or swapped with their neighbour. */
    static int distance(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int same = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(last[j - 1] + same, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[to.length()];
    }
}
