package io.github.seccompagent.app.e2e.differential;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** The differences that are deliberate or unavoidable. Each is a pattern below a comment that gives the reason. */
record KnownDifferences(List<Pattern> patterns) {
    private static final String RESOURCE = "/differential/known-differences.txt";

    static KnownDifferences load() {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(KnownDifferences.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
            return new KnownDifferences(reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Pattern::compile)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean contains(Difference difference) {
        return patterns.stream()
                .anyMatch(each -> each.matcher(difference.line()).find());
    }
}
