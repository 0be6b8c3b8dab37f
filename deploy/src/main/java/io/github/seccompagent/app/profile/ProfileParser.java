package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.FieldReader;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.document.Node;
import io.github.seccompagent.linux.fd.Architecture;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a profile, in the form of the OCI runtime specification or in Docker's. */
final class ProfileParser {
    private static final Set<String> FIELDS = Set.of(
            "defaultAction",
            "defaultErrnoRet",
            "architectures",
            "flags",
            "listenerPath",
            "listenerMetadata",
            "syscalls",
            "comment"); // not of the specification, but harmless
    private static final Set<String> FIELDS_OF_RULE = Set.of("names", "action", "errnoRet", "args", "comment");
    private static final Set<String> FIELDS_OF_ARGUMENT = Set.of("index", "value", "valueTwo", "op");
    private static final Set<String> MORE_OF_DOCKER = Set.of("archMap", "defaultErrno");
    private static final Set<String> MORE_OF_DOCKERS_RULES = Set.of("name", "includes", "excludes", "errno");
    private static final Set<String> MORE_OF_OPERATOR = Set.of("baseProfileName", "disabled");
    private static final Set<String> FIELDS_OF_ARCHITECTURE = Set.of("architecture", "subArchitectures");
    private static final Set<String> FIELDS_OF_SELECTOR = Set.of("arches", "caps", "minKernel");

    private final FieldReader profile;
    private final Profile.Form form;
    private final String name;
    private final Findings findings;

    private ProfileParser(FieldReader profile, Profile.Form form, String name, Findings findings) {
        this.profile = profile;
        this.form = form;
        this.name = name;
        this.findings = findings;
    }

    /** Whether an object could be a profile. */
    static boolean looksLikeOne(Node.Fields fields) {
        return fields.has("defaultAction")
                || fields.has("syscalls")
                || fields.has("archMap")
                || fields.has("listenerPath")
                || fields.has("architectures");
    }

    /** Whether it is in Docker's form, if it is a profile. */
    static boolean isDockers(Node.Fields fields) {
        if (MORE_OF_DOCKER.stream().anyMatch(fields::has)) {
            return true;
        }
        Node.Field rules = fields.fields().get("syscalls");
        return rules != null
                && rules.value() instanceof Node.Items items
                && items.items().stream()
                        .anyMatch(rule -> rule instanceof Node.Fields its
                                && MORE_OF_DOCKERS_RULES.stream().anyMatch(its::has));
    }

    static Profile parse(FieldReader fields, Profile.Form form, String name, Findings findings) {
        return new ProfileParser(fields, form, name, findings).profile();
    }

    private Profile profile() {
        Set<String> known = new HashSet<>(FIELDS);
        switch (form) {
            case DOCKER -> known.addAll(MORE_OF_DOCKER);
            case OPERATOR -> known.addAll(MORE_OF_OPERATOR);
            default -> {}
        }
        profile.knowOnly(known);
        return new Profile(
                form,
                name,
                profile.place(),
                profile.text("defaultAction"),
                profile.number("defaultErrnoRet"),
                architectures(),
                profile.has("flags") ? profile.texts("flags") : null,
                profile.text("listenerPath"),
                profile.text("listenerMetadata"),
                profile.objects("syscalls").stream().map(this::rule).toList());
    }

    /** Of the map, what Docker takes of it: the entry of the machine. */
    private List<Located> architectures() {
        List<Located> listed = new ArrayList<>(profile.texts("architectures"));
        List<FieldReader> map = form == Profile.Form.DOCKER ? profile.objects("archMap") : List.of();
        if (!listed.isEmpty() && !map.isEmpty()) {
            findings.error(
                    "two-lists",
                    profile.placeOf("archMap"),
                    "it has architectures and archMap",
                    "Docker refuses that.",
                    "remove one of them");
        }
        String own = Architecture.ofThisMachine() == Architecture.AARCH64 ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";
        for (FieldReader entry : map) {
            entry.knowOnly(FIELDS_OF_ARCHITECTURE);
            Located main = entry.text("architecture");
            List<Located> others = entry.texts("subArchitectures");
            if (main != null && main.text().equals(own)) {
                listed.add(main);
                listed.addAll(others);
            }
        }
        return listed;
    }

    private Rule rule(FieldReader rule) {
        boolean docker = form == Profile.Form.DOCKER;
        Set<String> known = new HashSet<>(FIELDS_OF_RULE);
        if (docker) {
            known.addAll(MORE_OF_DOCKERS_RULES);
        }
        rule.knowOnly(known);
        Located action = rule.text("action");
        if (action == null && !rule.has("action")) {
            findings.error("no-action", rule.place(), "the rule has no action", "Runtimes refuse it.", "add an action");
        }
        return new Rule(
                rule.place(),
                names(rule),
                action,
                rule.number("errnoRet"),
                rule.objects("args").stream().map(this::condition).toList(),
                docker
                        ? new Rule.Selectors(selector(rule, "includes"), selector(rule, "excludes"))
                        : Rule.Selectors.NONE);
    }

    private List<Located> names(FieldReader rule) {
        List<Located> names = new ArrayList<>(rule.texts("names"));
        Located single = form == Profile.Form.DOCKER ? rule.text("name") : null;
        if (single != null && !single.text().isEmpty()) {
            if (!names.isEmpty()) {
                findings.error(
                        "name-and-names",
                        single.place(),
                        "the rule has name and names",
                        "Docker refuses that.",
                        "write all of them into names");
            }
            names.add(single);
        }
        if (names.isEmpty()) {
            findings.warning(
                    "no-names", rule.place(), "the rule names no call", "It does nothing.", "add names, or remove it");
        }
        return names;
    }

    private Condition condition(FieldReader argument) {
        argument.knowOnly(FIELDS_OF_ARGUMENT);
        Located operator = argument.text("op");
        if (operator == null) {
            operator = new Located("", argument.place());
        }
        return new Condition(
                argument.place(),
                orZero(argument.number("index")),
                orZero(argument.number("value")),
                orZero(argument.number("valueTwo")),
                operator);
    }

    private static long orZero(@Nullable Long number) {
        return Objects.requireNonNullElse(number, 0L);
    }

    private static Selector selector(FieldReader rule, String field) {
        FieldReader selector = rule.object(field);
        if (selector == null) {
            return Selector.NONE;
        }
        selector.knowOnly(FIELDS_OF_SELECTOR);
        Located kernel = selector.text("minKernel");
        return new Selector(
                selector.texts("arches").stream().map(Located::text).toList(),
                selector.texts("caps").stream().map(Located::text).toList(),
                kernel == null ? "" : kernel.text());
    }
}
