package io.github.seccompagent.runtime;

import org.jspecify.annotations.Nullable;

/** What somebody else wrote, fit for one line of a log. */
final class LogText {
    private static final int LONGEST = 300;

    private LogText() {}

    static String of(@Nullable String text) {
        String all = String.valueOf(text);
        return (all.length() > LONGEST ? all.substring(0, LONGEST) + "..." : all).replaceAll("\\p{Cntrl}", "?");
    }
}
