package io.github.seccompagent.app.policy;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.control.FlagNames;
import io.github.seccompagent.app.document.FieldReader;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.resolver.GoDuration;
import io.github.seccompagent.resolver.policy.Problem;
import io.github.seccompagent.resolver.policy.Rule;
import io.github.seccompagent.resolver.policy.Rule.Action;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a rule of a grant. */
final class RuleParser {
    private static final Set<String> FIELDS = Set.of(
            "name", "calls", "paths", "types", "flags", "devices", "uid", "capabilities", "action", "errno", "time");
    private static final List<String> ACTIONS = List.of("allow", "deny", "continue", "delay", "log", "kill", "freeze");
    private static final long MOST_UID = 0xffff_fffeL; // -1 is nobody

    private final String ownName;
    private final Part rule;

    RuleParser(String grant, int index, FieldReader fields, Findings findings, PolicyPlaces places) {
        ownName = grant + "/" + (index + 1);
        rule = new Part(fields, new Problem.Place(Problem.Part.RULE, grant, index, "", ""), findings, places);
        rule.note("", "", fields.place());
    }

    Rule rule() {
        rule.fields().knowOnly(FIELDS);
        Located name = rule.text("name");
        Set<String> calls = rule.set("calls", "calls", Words::call);
        if (!rule.fields().has("calls")) {
            rule.error("no-calls", rule.fields().place(), "the rule names no calls", "add calls");
        }
        return new Rule(name == null ? ownName : name.text(), calls, when(calls), action());
    }

    private Rule.When when(Set<String> calls) {
        rule.note("flags", "", rule.fields().placeOfName("flags"));
        Part flags = inner("flags", Set.of("all", "none"));
        Part capabilities = inner("capabilities", Set.of("has", "lacks"));
        return new Rule.When(
                rule.set("paths", "paths", Function.identity()),
                rule.set("types", "types", Function.identity()),
                flags == null ? 0 : flags(flags, "all", "allFlags", calls),
                flags == null ? 0 : flags(flags, "none", "noFlags", calls),
                rule.set("devices", "devices", Words::device),
                uid(),
                capabilities == null ? Set.of() : capabilities.set("has", "has", Words::capability),
                capabilities == null ? Set.of() : capabilities.set("lacks", "lacks", Words::capability));
    }

    private @Nullable Part inner(String name, Set<String> known) {
        FieldReader object = rule.fields().object(name);
        if (object == null) {
            return null;
        }
        object.knowOnly(known);
        if (object.fields().fields().isEmpty()) {
            rule.error(
                    "empty-list",
                    object.place(),
                    name + " is empty",
                    "give " + String.join(" or ", known.stream().sorted().toList()) + ", or remove it");
        }
        return rule.inner(object);
    }

    private static long flags(Part flags, String name, String engines, Set<String> calls) {
        return flags.set(name, engines, text -> FlagNames.bitsOf(text, calls)).stream()
                .reduce(0L, (some, more) -> some | more);
    }

    private OptionalLong uid() {
        rule.note("uid", "", rule.fields().placeOf("uid"));
        Long uid = rule.fields().number("uid");
        if (uid == null) {
            return OptionalLong.empty();
        }
        if (uid < 0 || uid > MOST_UID) {
            rule.error("wrong-value", rule.fields().placeOf("uid"), "uid: no user can have it", "write another number");
        }
        return OptionalLong.of(uid);
    }

    private Action action() {
        rule.note("action", "", rule.fields().placeOf("action"));
        Located text = rule.text("action");
        if (!rule.fields().has("action")) {
            rule.error("no-action", rule.fields().place(), "the rule has no action", "add one of " + ACTIONS);
        }
        String name = text == null ? null : rule.choice("action", text, ACTIONS);
        if (name == null) {
            return new Action.Deny(Errno.EPERM); // there is an error, so nobody sees it
        }
        Errno errno = errno(name);
        Duration time = time(name);
        return switch (name) {
            case "allow" -> new Action.Allow();
            case "continue" -> new Action.Continue();
            case "delay" -> new Action.Delay(time);
            case "log" -> new Action.Log();
            case "kill" -> new Action.Kill();
            case "freeze" -> new Action.Freeze();
            default -> new Action.Deny(errno);
        };
    }

    private Errno errno(String action) {
        refuseUnless("deny", action, "errno");
        Located text = rule.text("errno");
        Errno errno = text == null ? null : rule.read(text, "errno", Words::errno);
        return errno == null ? Errno.EPERM : errno;
    }

    private Duration time(String action) {
        refuseUnless("delay", action, "time");
        rule.note("time", "", rule.fields().placeOf("time"));
        Located text = rule.text("time");
        if (text == null && action.equals("delay") && !rule.fields().has("time")) {
            rule.error(
                    "no-time", rule.fields().placeOf("action"), "the rule delays for no time", "add time, such as 2s");
        }
        Duration time = text == null ? null : rule.read(text, "time", GoDuration::parse);
        return time == null ? Duration.ZERO : time;
    }

    private void refuseUnless(String wanted, String action, String field) {
        if (rule.fields().has(field) && !action.equals(wanted)) {
            rule.error(
                    "field-of-other-action",
                    rule.fields().placeOfName(field),
                    field + " is for the action " + wanted + ", and the rule has " + action,
                    "remove it");
        }
    }
}
