package io.github.seccompagent.app.document;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.app.report.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the findings about one file. There is a limit, because a file can have very many mistakes. */
public final class Findings {
    private static final int MOST = 500;
    private static final int LONGEST_QUOTE = 80;
    private static final Comparator<Finding> BY_PLACE = Comparator.<Finding, Boolean>comparing(
                    finding -> finding.severity() == Severity.OK)
            .thenComparingInt(finding -> line(finding.place()));

    private final List<Finding> found = new ArrayList<>();
    private final FileKind kind;
    private int leftOut;

    /** @param kind what the file should hold */
    public Findings(FileKind kind) {
        this.kind = kind;
    }

    /** What the file should hold. */
    public FileKind kind() {
        return kind;
    }

    private static int line(@Nullable Place place) {
        return place == null ? 0 : place.line();
    }

    /** What does not work. */
    public void error(String id, Place place, String what, String why, String fix) {
        add(new Finding(id, Severity.ERROR, what, why, fix, place));
    }

    /** What works, but perhaps not as its author thinks. */
    public void warning(String id, Place place, String what, String why, String fix) {
        add(new Finding(id, Severity.WARNING, what, why, fix, place));
    }

    /** What is good to know. */
    public void note(String id, Place place, String what, String why, String fix) {
        add(new Finding(id, Severity.NOTE, what, why, fix, place));
    }

    /** Adds one. */
    public void add(Finding finding) {
        if (found.size() < MOST) {
            found.add(finding);
        } else {
            leftOut++;
        }
    }

    /** Whether anything does not work. */
    public boolean hasErrors() {
        return found.stream().anyMatch(each -> each.severity() == Severity.ERROR);
    }

    /** In the order of the file, and last what is well. */
    public List<Finding> sorted() {
        List<Finding> sorted = new ArrayList<>(found);
        sorted.sort(BY_PLACE);
        if (leftOut > 0) {
            sorted.add(new Finding(
                    "too-many",
                    Severity.ERROR,
                    leftOut + " more findings are left out",
                    "",
                    "mend the first ones, and check the file again"));
        }
        return sorted;
    }

    /** Words of the file, for a message. */
    public static String quote(String text) {
        return "'" + (text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...") + "'";
    }
}
