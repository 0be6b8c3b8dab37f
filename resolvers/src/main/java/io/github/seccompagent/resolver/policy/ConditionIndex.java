package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.policy.Rule.When;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Finds the rules whose conditions hold, among thousands, by the conditions that tell most. Equal conditions are
 * examined once.
 */
final class ConditionIndex {
    static final int NONE = Integer.MAX_VALUE;

    private final Map<Object, List<Group>> keyed = new HashMap<>(); // by device, type or uid
    private final List<Group> others = new ArrayList<>();
    private boolean hasDevices;
    private boolean hasTypes;
    private boolean hasUids;

    /** Rules with the same conditions, by their numbers, the lowest first. */
    record Group(When when, List<Integer> rules) {}

    /** Collects conditions and numbers of rules. Numbers must rise. */
    static final class Builder {
        private final Map<When, List<Integer>> groups = new LinkedHashMap<>();

        void add(When when, int rule) {
            groups.computeIfAbsent(when, none -> new ArrayList<>()).add(rule);
        }

        ConditionIndex build() {
            ConditionIndex index = new ConditionIndex();
            groups.forEach((when, rules) -> index.add(new Group(when, List.copyOf(rules))));
            return index;
        }
    }

    private void add(Group group) {
        When when = group.when();
        if (!when.devices().isEmpty()) {
            hasDevices = true;
            when.devices().forEach(device -> addTo(device, group));
        } else if (!when.types().isEmpty()) {
            hasTypes = true;
            when.types().forEach(type -> addTo(type, group));
        } else if (when.uid().isPresent()) {
            hasUids = true;
            addTo(when.uid().getAsLong(), group);
        } else {
            others.add(group);
        }
    }

    private void addTo(Object key, Group group) {
        keyed.computeIfAbsent(key, none -> new ArrayList<>()).add(group);
    }

    /** The groups whose conditions hold. A group may come twice. */
    void each(CallFacts call, Consumer<Group> found) {
        each(others, call, found);
        if (hasDevices) {
            OptionalInt device = call.device();
            if (device.isPresent()) {
                each(device.getAsInt(), call, found);
            }
        }
        if (hasTypes) {
            String type = call.type();
            each(type, call, found);
            if (type.startsWith("fuse.")) {
                each("fuse", call, found);
            }
        }
        if (hasUids) {
            each(call.uid(), call, found);
        }
    }

    private void each(Object key, CallFacts call, Consumer<Group> found) {
        each(keyed.getOrDefault(key, List.of()), call, found);
    }

    private static void each(List<Group> groups, CallFacts call, Consumer<Group> found) {
        for (Group group : groups) {
            if (Conditions.hold(group.when(), call)) {
                found.accept(group);
            }
        }
    }

    /** The lowest number of a rule whose conditions hold, or {@link #NONE}. */
    int first(CallFacts call) {
        int[] first = {NONE};
        each(call, group -> first[0] = Math.min(first[0], group.rules().get(0)));
        return first[0];
    }
}
