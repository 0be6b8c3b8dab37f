package io.github.seccompagent.app.control;

import io.github.seccompagent.app.report.Printable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns that are as wide as they have to be. */
final class Table {
    private static final int LONGEST_CELL = 80;

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... titles) {
        rows.add(List.of(titles));
    }

    /** Adds a row. What the cells say may come from a container. */
    void add(String... cells) {
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            String text = Printable.of(cell);
            String cut = text.length() <= LONGEST_CELL ? text : text.substring(0, LONGEST_CELL) + "...";
            row.add(cut.isEmpty() ? "-" : cut);
        }
        rows.add(row);
    }

    void print(PrintStream out) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i));
                line.append(" ".repeat(i + 1 < columns ? widths[i] - row.get(i).length() + 2 : 0));
            }
            out.println(line);
        }
    }
}
