package io.github.seccompagent.app.report;

import java.util.Locale;

/** How bad a {@link Finding} is. */
public enum Severity {
    /** All is well. */
    OK,
    /** Good to know. Nothing has to be done. */
    NOTE,
    /** It works, but perhaps not as its author thinks. */
    WARNING,
    /** It does not work. */
    ERROR,
    /** It could not be looked at. */
    UNKNOWN;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
