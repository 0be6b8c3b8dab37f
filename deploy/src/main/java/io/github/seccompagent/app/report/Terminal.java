package io.github.seccompagent.app.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The standard output, if it is a terminal. */
public final class Terminal {
    private Terminal() {}

    /** Whether it shows colours, and nobody has asked for none. */
    public static boolean hasColours() {
        return System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM")) && isThere();
    }

    /** Whether it is a terminal. */
    public static boolean isThere() {
        try { // System.console() does not tell: from Java 22 on, there always is one
            return Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString().matches("/dev/(pts/.*|tty.*|console)");
        } catch (IOException e) {
            return false;
        }
    }
}
