package io.github.seccompagent.app.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.Severity;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The filter of a profile is made as runtimes make it, but only as far as that takes seconds. */
class TrialBoundTest {
    private static final Duration LONG = Duration.ofSeconds(120); // without a bound it takes much longer

    private static String list(int count, IntFunction<String> text) {
        return IntStream.range(0, count).mapToObj(text).collect(Collectors.joining(","));
    }

    private static String condition(int argument, int value) {
        return "{\"index\":" + argument + ",\"op\":\"SCMP_CMP_EQ\",\"value\":" + value + "}";
    }

    private static String profile(String rules) {
        return "{\"defaultAction\":\"SCMP_ACT_ALLOW\","
                + "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"],"
                + "\"syscalls\":[" + rules + "]}";
    }

    private static String rule(String name, String conditions) {
        return "{\"names\":[" + name + "],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[" + conditions + "]}";
    }

    private static Report report(String profile) {
        return assertTimeoutPreemptively(LONG, () -> CheckedText.report(profile));
    }

    private static void isRefused(Report report) {
        assertThat(report.findings())
                .filteredOn(each -> each.severity() == Severity.UNKNOWN)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.id()).isEqualTo("too-many-rules");
                    assertThat(finding.what()).hasLineCount(1).contains("more than 3000");
                });
        assertThat(report.status()).isEqualTo(2);
    }

    /** Each condition is a rule of its own if several are on one argument. */
    @Test
    void manyConditionsInOneRule() {
        isRefused(report(profile(rule("\"mkdir\"", list(10_000, value -> condition(0, value))))));
    }

    @Test
    void manyRulesForOneCall() {
        isRefused(report(profile(list(9_000, value -> rule("\"mkdir\"", condition(0, value))))));
    }

    @Test
    void manyCallsWithManyConditions() {
        String names = list(300, number -> "\"mkdir\"");
        isRefused(report(profile(rule(names, list(300, value -> condition(1, value))))));
    }

    /** Just as many as may be, in the way that costs libseccomp the most. */
    @Test
    void asManyAsMayBe() {
        Report report = report(profile(list(
                1_500, value -> rule("\"mkdir\"", condition(0, value) + "," + condition(1, value)))));

        assertThat(report.findings()).extracting(Finding::id).doesNotContain("too-many-rules");
    }
}
