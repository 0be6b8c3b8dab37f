package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.app.report.UsageException;
import java.util.Map;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaintOptionTest {
    private static final String KEY = "seccomp-agent.io/not-ready";

    private static void parse(Map<String, String> environment, String key) throws ParseException {
        CommandOptions options = TaintOption.addTo(new CommandOptions());
        options.parse("--remove-taint", key);
        assertThat(TaintOption.remover(options, environment)).isPresent();
    }

    private static final Map<String, String> IN_CLUSTER =
            Map.of("NODE_NAME", "node1", "KUBERNETES_SERVICE_HOST", "10.96.0.1");

    @ParameterizedTest
    @ValueSource(strings = {"seccomp-agent.io/not-ready", "not-ready", "a", "example.com/A_b.c"})
    void keys(String key) throws ParseException {
        parse(IN_CLUSTER, key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a/", "/a", "a/b/c", "a=b", "a:NoSchedule", "-a", "a\nb"})
    void otherKeysAreRefused(String key) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(IN_CLUSTER, key))
                .withMessageContaining("--remove-taint")
                .withMessageNotContaining("\n");
    }

    @Test
    void whoDoesNotKnowItsNodeOrItsClusterSaysSo() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(Map.of("KUBERNETES_SERVICE_HOST", "h"), KEY))
                .withMessageContaining("NODE_NAME");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(Map.of("NODE_NAME", "n"), KEY))
                .withMessageContaining("KUBERNETES_SERVICE_HOST");
    }
}
