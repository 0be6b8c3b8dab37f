package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.filter.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A rule of a profile.
 *
 * @param action the value that a filter returns
 * @param comparisons of arguments; all must hold
 */
record OciRule(
        List<String> calls, int action, List<Comparison> comparisons, RuleSelector includes, RuleSelector excludes) {
    private static final int LAST_ARGUMENT = 5;
    private static final int EPERM = 1;
    private static final int MOST_DATA = 0xffff;

    private static final Map<String, Integer> ACTIONS = Map.of(
            "SCMP_ACT_KILL", 0,
            "SCMP_ACT_KILL_THREAD", 0,
            "SCMP_ACT_KILL_PROCESS", 0x80000000,
            "SCMP_ACT_TRAP", 0x00030000,
            "SCMP_ACT_ERRNO", 0x00050000,
            "SCMP_ACT_TRACE", 0x7ff00000,
            "SCMP_ACT_NOTIFY", 0x7fc00000,
            "SCMP_ACT_LOG", 0x7ffc0000,
            "SCMP_ACT_ALLOW", 0x7fff0000);

    static OciRule of(JsonNode rule) {
        List<String> calls = new ArrayList<>(RuleSelector.texts(rule.path("names")));
        if (rule.path("name").isTextual()) {
            calls.add(rule.path("name").asText());
        }
        List<Comparison> comparisons = new ArrayList<>();
        rule.path("args").forEach(each -> comparisons.add(comparison(each)));
        return new OciRule(
                List.copyOf(calls),
                action(rule.path("action"), rule.path("errnoRet")),
                List.copyOf(comparisons),
                RuleSelector.of(rule.path("includes")),
                RuleSelector.of(rule.path("excludes")));
    }

    /** The value that a filter returns for an action. Runtimes take EPERM if no errno is given. */
    static int action(JsonNode name, JsonNode errno) {
        Integer value = ACTIONS.get(name.asText());
        if (value == null) {
            throw new UsageException("the profile has an unknown action '" + name.asText() + "'");
        }
        boolean hasData = value == 0x00050000 || value == 0x7ff00000;
        int data = errno.isIntegralNumber() ? (int) Math.min(errno.asLong(), MOST_DATA) : EPERM;
        return hasData ? value | data & MOST_DATA : value;
    }

    private static Comparison comparison(JsonNode condition) {
        int index = condition.path("index").asInt(-1);
        String operator = condition.path("op").asText();
        try {
            if (index < 0 || index > LAST_ARGUMENT) {
                throw new UsageException("the profile compares argument " + index + ", and a call has 0 to 5");
            }
            return new Comparison(
                    index,
                    Comparison.Operator.of(operator),
                    number(condition.path("value")),
                    number(condition.path("valueTwo")));
        } catch (IllegalArgumentException e) {
            throw new UsageException("the profile has an unknown operator '" + operator + "'");
        }
    }

    /** A number of 64 bits without a sign. */
    private static long number(JsonNode value) {
        return value.isIntegralNumber() ? value.bigIntegerValue().longValue() : 0;
    }
}
