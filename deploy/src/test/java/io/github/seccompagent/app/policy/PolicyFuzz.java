package io.github.seccompagent.app.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.app.report.UsageException;
import java.nio.charset.StandardCharsets;

/** A text that should be a policy. Either it is one that runs, or there is an error with a place. */
public final class PolicyFuzz {
    private PolicyFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            PolicyFile read = PolicyFile.of("p", new String(data, StandardCharsets.UTF_8));
            boolean isBroken = read.findings().stream()
                            .filter(each -> each.severity() == Severity.ERROR)
                            .peek(PolicyFuzz::hasAPlace)
                            .count()
                    > 0;
            if (!isBroken) {
                read.compiled();
            }
        } catch (UsageException e) {
            assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(1000);
        }
    }

    private static void hasAPlace(Finding error) {
        assertThat(error.id().equals("too-many") || error.place() != null).isTrue();
        assertThat(error.what()).hasSizeLessThan(1000);
    }
}
