package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.Severity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks texts as if they were files. */
final class CheckedText {
    private static final List<String> USUAL = List.of("missing-architecture", "no-wait-killable");

    private CheckedText() {}

    static Report report(String text) {
        return report(text, Path.of("/nonexistent"), true);
    }

    static Report report(String text, Path root, boolean offline) {
        try {
            Path file = Files.createTempFile("profile", "");
            try {
                Files.writeString(file, text);
                return ProfileCheck.of(List.of(file), root, offline);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ids with lines and columns, without what nearly every profile has. */
    static List<String> places(String text) {
        return report(text).findings().stream()
                .filter(each -> each.severity() != Severity.OK && !USUAL.contains(each.id()))
                .map(each -> each.place() == null
                        ? each.id()
                        : each.id() + "@" + each.place().line() + ":"
                                + each.place().column())
                .toList();
    }

    /** The ids. */
    static List<String> ids(String text) {
        return places(text).stream().map(each -> each.replaceAll("@.*", "")).toList();
    }

    static Finding finding(String text, String id) {
        return report(text).findings().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + id));
    }
}
