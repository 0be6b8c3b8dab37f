package io.github.seccompagent.app.e2e.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What a profile says about a call, read from its rules, as seccomp_rule_add(3) and runc explain them. */
final class ProfileOracle {
    private static final Set<String> MULTIPLEXED = Set.of("socketcall", "ipc"); // other calls of i386 come through them

    private final JsonNode profile;

    ProfileOracle(JsonNode profile) {
        this.profile = profile;
    }

    /** Whether rules for other calls decide about this one. */
    static boolean isMultiplexed(String abi, String call) {
        return abi.equals("i386") && MULTIPLEXED.contains(call);
    }

    boolean isNamed(String call) {
        for (JsonNode rule : profile.path("syscalls")) {
            for (JsonNode name : rule.path("names")) {
                if (name.asText().equals(call)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The actions of all rules that hold for a call, or the default one. */
    Set<String> actions(String call, String abi, long[] arguments) {
        String otherwise = action(profile.path("defaultAction"), profile.path("defaultErrnoRet"));
        Set<String> actions = new TreeSet<>();
        for (JsonNode rule : profile.path("syscalls")) {
            String action = action(rule.path("action"), rule.path("errnoRet"));
            for (JsonNode name : rule.path("names")) {
                if (name.asText().equals(call) && !action.equals(otherwise) && holds(rule, abi, arguments)) {
                    actions.add(action);
                }
            }
        }
        return actions.isEmpty() ? Set.of(otherwise) : actions;
    }

    static String action(JsonNode name, JsonNode errno) {
        String action =
                name.asText().replace("SCMP_ACT_", "").toLowerCase(Locale.ROOT).replace('_', '-');
        int data = errno.isNull() ? 1 : errno.asInt(1);
        return switch (action) {
            case "kill" -> "kill-thread";
            case "errno", "trace" -> action + " " + data;
            default -> action;
        };
    }

    private static boolean holds(JsonNode rule, String abi, long[] arguments) {
        List<Boolean> held = new ArrayList<>();
        Set<Integer> indices = new HashSet<>();
        boolean isOnceEach = true;
        for (JsonNode condition : rule.path("args")) {
            isOnceEach &= indices.add(condition.path("index").asInt());
            held.add(holdsOne(condition, abi, arguments));
        }
        return held.isEmpty() || (isOnceEach ? !held.contains(false) : held.contains(true));
    }

    private static boolean holdsOne(JsonNode condition, String abi, long[] arguments) {
        boolean is32 = abi.equals("i386") || abi.equals("x32");
        long argument = arguments[condition.path("index").asInt()] & (is32 ? 0xffffffffL : -1);
        long value = condition.path("value").bigIntegerValue().longValue();
        int compared = Long.compareUnsigned(argument, value);
        return switch (condition.path("op").asText()) {
            case "SCMP_CMP_NE" -> compared != 0;
            case "SCMP_CMP_LT" -> compared < 0;
            case "SCMP_CMP_LE" -> compared <= 0;
            case "SCMP_CMP_EQ" -> compared == 0;
            case "SCMP_CMP_GE" -> compared >= 0;
            case "SCMP_CMP_GT" -> compared > 0;
            case "SCMP_CMP_MASKED_EQ" ->
                (argument & value)
                        == condition.path("valueTwo").bigIntegerValue().longValue();
            default -> throw new AssertionError(condition);
        };
    }

    /** Numbers that are near to those that the rules compare the call's arguments with. */
    List<Long> interesting(String call) {
        Set<Long> numbers = new TreeSet<>(List.of(0L, -1L, 1L << 32));
        for (JsonNode rule : profile.path("syscalls")) {
            for (JsonNode name : rule.path("names")) {
                if (name.asText().equals(call)) {
                    rule.path("args").forEach(each -> {
                        long value = each.path("value").bigIntegerValue().longValue();
                        long two = each.path("valueTwo").bigIntegerValue().longValue();
                        numbers.addAll(List.of(value, value + 1, value - 1, value | 1L << 40, value & -value, two));
                    });
                }
            }
        }
        return List.copyOf(numbers);
    }
}
