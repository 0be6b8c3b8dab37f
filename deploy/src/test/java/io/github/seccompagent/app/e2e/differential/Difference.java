package io.github.seccompagent.app.e2e.differential;

import java.util.ArrayList;
import java.util.List;

/** A case that has another result on behalf: what was done, and both results. */
record Difference(String description, String direct, String onBehalf) {

    /** The cases whose results differ between two runs. */
    static List<Difference> between(List<String> direct, List<String> onBehalf) {
        List<Difference> differences = new ArrayList<>();
        if (direct.size() != onBehalf.size()) {
            throw new AssertionError(direct.size() + " cases directly, " + onBehalf.size() + " on behalf");
        }
        for (int i = 0; i < direct.size(); i++) {
            if (!direct.get(i).equals(onBehalf.get(i))) {
                differences.add(of(direct.get(i), onBehalf.get(i)));
            }
        }
        return differences;
    }

    private static Difference of(String direct, String onBehalf) {
        String description = direct.substring(0, direct.indexOf('\t') + 1);
        if (!onBehalf.startsWith(description)) {
            throw new AssertionError("not the same case: " + direct + " and " + onBehalf);
        }
        return new Difference(
                description.strip(), direct.substring(description.length()), onBehalf.substring(description.length()));
    }

    /** The difference as one line, which the patterns of known differences match. */
    String line() {
        return description + ": " + direct.replace('\t', ' ') + ", on behalf " + onBehalf.replace('\t', ' ');
    }

    @Override
    public String toString() {
        return description + "\n    directly:  " + direct.replace('\t', ' ') + "\n    on behalf: "
                + onBehalf.replace('\t', ' ');
    }
}
