package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.document.FieldReader;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.resolver.GoDuration;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.Problem;
import io.github.seccompagent.resolver.policy.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a grant. What {@code listenerMetadata} can say too becomes lines of it, so that both mean the same. */
final class GrantParser {
    private static final Set<String> FIELDS = Set.of(
            "mounts",
            "mountsNeedSysAdmin",
            "devices",
            "mkdirSuffix",
            "mknod",
            "exec",
            "sidecars",
            "defaultAction",
            "middleware",
            "ioUring",
            "rules");
    private static final String ERRNO = "errno:";

    private final String name;
    private final Part grant;
    private final List<String> lines = new ArrayList<>();

    GrantParser(String name, FieldReader fields, Findings findings, PolicyPlaces places) {
        this.name = name;
        grant = new Part(fields, new Problem.Place(Problem.Part.GRANT, name, -1, "", ""), findings, places);
        grant.note("", "", fields.place());
    }

    Grant grant() {
        FieldReader fields = grant.fields();
        fields.knowOnly(FIELDS);
        addMounts();
        Located suffix = grant.text("mkdirSuffix");
        if (suffix != null) {
            add("MKDIR_TMPL", suffix.text(), suffix.place());
        }
        addList("MKNOD_DEVICES", "mknod", grant);
        addPair("exec", "file", "EXEC_PATTERN", "EXEC_DURATION");
        addPair("sidecars", "names", "SIDECARS", "SIDECARS_DELAY");
        addDefaultAction();
        addList("MIDDLEWARE", "middleware", grant);
        grant.note("devices", "", fields.placeOfName("devices"));
        List<String> devices = List.copyOf(grant.set("devices", "devices", Words::devicePath));
        Boolean ioUring = fields.flag("ioUring");
        return new Grant(name, lines, devices, ioUring != null && ioUring, rules());
    }

    private void add(String key, String value, Place place) {
        String line = key + "=" + value;
        lines.add(line);
        grant.note("metadata", line, place);
        grant.note("metadata", key, place);
    }

    private void addMounts() {
        List<String> others = new ArrayList<>();
        for (Located type : grant.texts("mounts", "mounts")) {
            String known = grant.read(type, "mounts", Words::part);
            if (known == null) {
                continue;
            }
            switch (known) {
                case "proc" -> add("MOUNT_PROC", "true", type.place());
                case "sysfs" -> add("MOUNT_SYSFS", "true", type.place());
                default -> others.add(known);
            }
        }
        if (!others.isEmpty()) {
            add("MOUNT_OTHER_FS_LIST", String.join(",", others), grant.fields().placeOf("mounts"));
        }
        Boolean needs = grant.fields().flag("mountsNeedSysAdmin");
        if (needs != null && needs) {
            add("MOUNT_NEED_CAP_ADMIN", "true", grant.fields().placeOf("mountsNeedSysAdmin"));
        }
    }

    private void addList(String key, String field, Part of) {
        Set<String> parts = of.set(field, field, Words::part);
        if (!parts.isEmpty()) {
            add(key, String.join(",", parts), of.fields().placeOf(field));
        }
    }

    /** Neither of the two does anything without the other. */
    private void addPair(String field, String what, String keyOfWhat, String keyOfDelay) {
        FieldReader object = grant.fields().object(field);
        if (object == null) {
            return;
        }
        object.knowOnly(Set.of(what, "delay"));
        Part inner = grant.inner(object);
        Located delay = inner.text("delay");
        if (!object.has(what) || !object.has("delay")) {
            grant.error("half", object.place(), field + " lacks " + (object.has(what) ? "delay" : what), "add it");
            return;
        }
        if (what.equals("names")) {
            addList(keyOfWhat, what, inner);
        } else {
            Located text = inner.text(what);
            if (text != null) {
                add(keyOfWhat, text.text(), text.place());
            }
        }
        if (delay != null && inner.read(delay, "delay", GoDuration::parse) != null) {
            add(keyOfDelay, delay.text(), delay.place());
        }
    }

    private void addDefaultAction() {
        Located action = grant.text("defaultAction");
        String value = action == null ? null : defaultAction(action);
        if (action != null && value != null) {
            add("DEFAULT_ACTION", value, action.place());
        }
    }

    private @Nullable String defaultAction(Located action) {
        if (action.text().startsWith(ERRNO)) {
            grant.read(action, "defaultAction", text -> Words.errno(text.substring(ERRNO.length())));
            return action.text();
        }
        String known = grant.choice("defaultAction", action, List.of("kill", "freeze", "errno:NAME"));
        return known == null ? null : known + "-container";
    }

    private List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (FieldReader rule : grant.fields().objects("rules")) {
            rules.add(new RuleParser(name, rules.size(), rule, grant.findings(), grant.places()).rule());
        }
        return rules;
    }
}
