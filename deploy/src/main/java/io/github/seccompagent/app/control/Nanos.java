package io.github.seccompagent.app.control;

import java.util.Locale;

/** Times for people. */
final class Nanos {
    private Nanos() {}

    /** Such as 7us, 1.25ms or 3.1s. */
    static String text(long nanos) {
        if (nanos < 1_000_000) {
            return nanos / 1000 + "us";
        }
        return nanos < 1_000_000_000
                ? String.format(Locale.ROOT, "%.2fms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.1fs", nanos / 1e9);
    }
}
