package io.github.seccompagent.app.report;

import java.util.Collection;

/** Text for a log or a terminal. */
public final class Printable {
    private Printable() {}

    /**
     * Replaces what could look like a line of its own or could command a terminal. Other people's words may hold that:
     * container ids, paths, annotations.
     */
    public static String of(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().map(Printable::printable).forEach(printable::appendCodePoint);
        return printable.toString();
    }

    /** Several such names, in one line. */
    public static String listed(Collection<String> names) {
        return of(String.join(", ", names));
    }

    private static int printable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> '?';
            default -> character;
        };
    }
}
