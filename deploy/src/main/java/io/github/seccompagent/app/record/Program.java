package io.github.seccompagent.app.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.seccompagent.app.report.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The program that a thread executes.
 *
 * @param name the name of the thread
 * @param executable the path of the program's file, in its own root; empty if it cannot be seen
 */
record Program(String name, String executable) {
    private static final int LONGEST = 256;

    /** The one of the thread that made a call. If the call went away meanwhile, both are empty. */
    static Program of(int threadId, CallArguments call) {
        Program read = new Program(nameOf(threadId), executableOf(threadId));
        return call.isWaiting() ? read : new Program("", "");
    }

    /** The name only. */
    static String nameOf(int threadId, CallArguments call) {
        String read = nameOf(threadId);
        return call.isWaiting() ? read : "";
    }

    private static String nameOf(int threadId) {
        try {
            return noted(Files.readString(Path.of("/proc", Integer.toString(threadId), "comm"), ISO_8859_1)
                    .strip());
        } catch (IOException gone) {
            return "";
        }
    }

    private static String executableOf(int threadId) {
        try {
            return noted(Files.readSymbolicLink(Path.of("/proc", Integer.toString(threadId), "exe"))
                    .toString());
        } catch (IOException goneOrNotAllowed) {
            return "";
        }
    }

    private static String noted(String text) {
        return Printable.of(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    }
}
