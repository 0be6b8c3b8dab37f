package io.github.seccompagent.app.record;

import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import java.util.regex.Pattern;

/** The name of a recording, which becomes a part of the names of files. */
final class RecordName {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
    private static final String OF_EVIDENCE = ".evidence"; // that file is beside the profile
    private static final int SHOWN = 80;

    private RecordName() {}

    /** @throws UsageException if it could lead anywhere else */
    static String require(String name) {
        if (!ALLOWED.matcher(name).matches() || name.endsWith(OF_EVIDENCE)) {
            String shown = name.length() > SHOWN ? name.substring(0, SHOWN) + "..." : name;
            throw new UsageException("'" + Printable.of(shown)
                    + "' is no name for a recording: give 1 to 64 letters, digits, '.', '_' or '-', no '.' first, and"
                    + " no " + OF_EVIDENCE + " last");
        }
        return name;
    }
}
