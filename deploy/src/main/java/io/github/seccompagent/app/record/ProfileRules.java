package io.github.seccompagent.app.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.fd.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;

/**
 * What a profile does with a call, as a runtime with libseccomp has it: a rule without conditions wins over those with
 * conditions, and a call of an architecture that the profile does not name kills.
 */
final class ProfileRules {
    private static final int EPERM = 1;
    private static final Set<String> LETS_GO_ON =
            Set.of("SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE");

    private final Map<String, List<Rule>> rules = new HashMap<>();
    private final Set<String> abis = new HashSet<>();
    private final Verdict otherwise;

    /**
     * What happens with a call.
     *
     * @param action such as SCMP_ACT_ERRNO
     * @param errno the error number of that
     */
    record Verdict(String action, int errno) {
        boolean refuses() {
            return !LETS_GO_ON.contains(action);
        }

        /** The name of the error; empty for other actions. */
        String errnoName() {
            if (!action.equals("SCMP_ACT_ERRNO")) {
                return "";
            }
            try {
                return Errno.of(errno).name();
            } catch (IllegalArgumentException e) {
                return Integer.toString(errno);
            }
        }
    }

    private record Rule(Verdict verdict, List<Condition> conditions) {
        boolean matches(IntToLongFunction registers) {
            return conditions.stream().allMatch(each -> each.holds(registers));
        }
    }

    private record Condition(int index, long value, long second, String operator) {
        boolean holds(IntToLongFunction registers) {
            long given = registers.applyAsLong(index);
            int order = Long.compareUnsigned(given, value);
            return switch (operator) {
                case "SCMP_CMP_NE" -> order != 0;
                case "SCMP_CMP_LT" -> order < 0;
                case "SCMP_CMP_LE" -> order <= 0;
                case "SCMP_CMP_EQ" -> order == 0;
                case "SCMP_CMP_GE" -> order >= 0;
                case "SCMP_CMP_GT" -> order > 0;
                case "SCMP_CMP_MASKED_EQ" -> (given & value) == second;
                default -> throw new IllegalStateException(operator); // was refused before
            };
        }
    }

    private ProfileRules(JsonNode profile, String file) {
        otherwise = new Verdict(action(profile.path("defaultAction"), file), errno(profile, "defaultErrnoRet"));
        abis.add(Architecture.ofThisMachine().label()); // libseccomp always adds it
        for (JsonNode name : profile.path("architectures")) {
            OciNames.architecture(name.asText()).map(Architecture::label).ifPresent(abis::add);
        }
        for (JsonNode rule : profile.path("syscalls")) {
            addRule(rule, file);
        }
    }

    /**
     * Reads an OCI profile, or a config.json that holds one.
     *
     * @throws UsageException if it cannot be read or understood
     */
    static ProfileRules of(Path file) {
        JsonNode tree = JsonFile.tree(file);
        String name = Printable.of(file.toString());
        JsonNode profile = tree.has("linux") ? tree.path("linux").path("seccomp") : tree;
        if (!profile.path("defaultAction").isTextual()) {
            throw new UsageException(name + " is no OCI profile: it has no defaultAction");
        }
        if (profile.has("archMap")) {
            throw new UsageException(name + " is in Docker's form, which no runtime reads: give the OCI profile");
        }
        return new ProfileRules(profile, name);
    }

    private void addRule(JsonNode rule, String file) {
        List<Condition> conditions = new ArrayList<>();
        for (JsonNode argument : rule.path("args")) {
            conditions.add(condition(argument, file));
        }
        Verdict verdict = new Verdict(action(rule.path("action"), file), errno(rule, "errnoRet"));
        // Runtimes make a rule of each condition if two of them are about the same argument: then one is enough.
        boolean alternatives =
                conditions.stream().map(Condition::index).distinct().count() < conditions.size();
        for (JsonNode name : rule.path("names")) {
            List<Rule> ofName = rules.computeIfAbsent(name.asText(), first -> new ArrayList<>());
            if (alternatives) {
                conditions.forEach(each -> ofName.add(new Rule(verdict, List.of(each))));
            } else {
                ofName.add(new Rule(verdict, conditions));
            }
        }
    }

    private static Condition condition(JsonNode argument, String file) {
        String operator = argument.path("op").asText();
        if (!Set.of(
                        "SCMP_CMP_NE",
                        "SCMP_CMP_LT",
                        "SCMP_CMP_LE",
                        "SCMP_CMP_EQ",
                        "SCMP_CMP_GE",
                        "SCMP_CMP_GT",
                        "SCMP_CMP_MASKED_EQ")
                .contains(operator)) {
            throw new UsageException(
                    file + ": '" + Printable.of(operator) + "' is no operator: give SCMP_CMP_EQ or so");
        }
        int index = argument.path("index").asInt(-1);
        if (index < 0 || index > 5) {
            throw new UsageException(file + ": an argument's index is not 0 to 5");
        }
        // Numbers above the largest long are written without a sign.
        return new Condition(
                index,
                argument.path("value").bigIntegerValue().longValue(),
                argument.path("valueTwo").bigIntegerValue().longValue(),
                operator);
    }

    private static String action(JsonNode action, String file) {
        if (!action.asText().startsWith("SCMP_ACT_")) {
            throw new UsageException(
                    file + ": '" + Printable.of(action.asText()) + "' is no action: give SCMP_ACT_ALLOW or so");
        }
        return action.asText();
    }

    private static int errno(JsonNode node, String field) {
        return node.path(field).asInt(EPERM);
    }

    /** What happens with a call. */
    Verdict verdict(String abi, String name, IntToLongFunction registers) {
        if (!abis.contains(abi)) {
            return new Verdict("SCMP_ACT_KILL", EPERM);
        }
        List<Rule> ofName = rules.getOrDefault(name, List.of());
        return ofName.stream()
                .filter(each -> each.conditions.isEmpty())
                .findFirst()
                .or(() ->
                        ofName.stream().filter(each -> each.matches(registers)).findFirst())
                .map(Rule::verdict)
                .orElse(otherwise);
    }

    /** Whether no call of that name goes on, whatever its arguments are. */
    boolean alwaysRefuses(String name) {
        List<Rule> ofName = rules.getOrDefault(name, List.of());
        return otherwise.refuses() && ofName.stream().allMatch(each -> each.verdict.refuses())
                || ofName.stream().anyMatch(each -> each.conditions.isEmpty() && each.verdict.refuses());
    }

    /** What happens if nothing else is said. */
    Verdict otherwise() {
        return otherwise;
    }
}
