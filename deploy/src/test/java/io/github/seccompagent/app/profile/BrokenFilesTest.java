package io.github.seccompagent.app.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.app.document.TextFile;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be read is one line that says where and why. */
class BrokenFilesTest {
    private static void isRefused(String text, String reason) {
        assertThatThrownBy(() -> CheckedText.report(text))
                .isInstanceOf(UsageException.class)
                .message()
                .hasLineCount(1)
                .contains(reason)
                .hasSizeLessThan(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{\"defaultAction\": '|:1:19: it is no valid JSON",
                "'{\"defaultAction\": \"SCMP_ACT_LOG\"} x'|it is no valid JSON",
                "'{\"defaultAction\": \"SCMP_ACT_LOG\"} {}'|something follows the end",
                "'a: [b'|it is no valid YAML",
                "'hello'|it holds no profile",
                "'{}'|it holds no profile",
                "''|it holds no profile",
                "'[1, 2]'|it holds no profile"
            })
    void noProfile(String text, String reason) {
        isRefused(text, reason);
    }

    @Test
    void tooMuch() {
        isRefused("x".repeat(TextFile.LARGEST + 1), "larger than 1 MiB");
        isRefused("[".repeat(100_000), "nested more than 64 deep");
        isRefused("a: ".repeat(1) + "[".repeat(100_000), "");
        isRefused("[" + "1,".repeat(200_000) + "1]", "more than 100000 values");
        isRefused("\0\1\2", "no valid YAML");
    }

    @Test
    void aliasesDoNotGrow() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            laughs.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
        }
        isRefused(laughs.toString(), "it holds no profile");
    }

    @Test
    void notThere() {
        for (Path path : List.of(Path.of("/nonexistent"), Path.of("/"), Path.of("/dev/zero"))) {
            assertThatThrownBy(() -> ProfileCheck.of(List.of(path), path, true))
                    .isInstanceOf(UsageException.class)
                    .hasMessageStartingWith(path + ": ");
        }
    }

    @Test
    void otherFilesAreCheckedAllTheSame() {
        Path profile = Path.of("kubernetes/examples/profiles/mounts.json");
        Report report = ProfileCheck.of(List.of(Path.of("/nonexistent"), profile), profile, true);
        assertThat(report.status()).isEqualTo(2);
        assertThat(report.findings())
                .anyMatch(each -> each.severity() == Severity.UNKNOWN)
                .anyMatch(each -> each.id().equals("checked"));
    }
}
