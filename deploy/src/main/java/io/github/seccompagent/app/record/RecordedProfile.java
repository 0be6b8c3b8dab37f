package io.github.seccompagent.app.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The OCI profile of what was seen: it allows that and nothing else. */
final class RecordedProfile {
    private final List<Architecture> architectures;
    private final NavigableSet<String> names;
    private final Evidence evidence;

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Profile(String comment, String defaultAction, List<String> architectures, List<Rule> syscalls) {}

    private record Rule(Collection<String> names, String action) {}

    RecordedProfile(Evidence evidence) {
        this.evidence = evidence;
        List<String> abis =
                evidence.calls().stream().map(Evidence.Call::abi).distinct().toList();
        architectures = Arrays.stream(Architecture.values())
                .filter(each -> abis.contains(each.label()))
                .toList();
        names = evidence.calls().stream()
                .map(Evidence.Call::name)
                .filter(name -> !name.startsWith(SyscallTable.UNKNOWN))
                .collect(Collectors.toCollection(TreeSet::new));
        evidence.quiet().stream().filter(this::exists).forEach(names::add);
    }

    private boolean exists(String name) {
        return architectures.stream()
                .anyMatch(each -> SyscallTable.numberOf(each, name).isPresent());
    }

    /** The newer siblings of what it allows, each with the call that it is a sibling of. */
    Map<String, String> siblings() {
        Map<String, String> siblings = Siblings.of(names);
        siblings.keySet().removeIf(name -> !exists(name));
        return siblings;
    }

    /**
     * The text of its file.
     *
     * @param runtime whose calls are allowed too
     * @param withSiblings whether newer siblings are allowed too
     */
    String json(ContainerRuntime runtime, boolean withSiblings) {
        List<Rule> rules = new ArrayList<>();
        rules.add(allow(names));
        NavigableSet<String> ofRuntime = new TreeSet<>(runtime.calls());
        if (GoRuntime.mayHaveMade(names)) {
            ofRuntime.addAll(GoRuntime.CALLS);
        }
        ofRuntime.removeAll(names);
        rules.add(allow(ofRuntime));
        if (withSiblings) {
            NavigableSet<String> siblings = new TreeSet<>(siblings().keySet());
            siblings.removeAll(ofRuntime);
            rules.add(allow(siblings));
        }
        rules.removeIf(rule -> rule.names().isEmpty());
        String comment = evidence.partial() ? "partial: " + evidence.reason() : "";
        return Report.json(new Profile(
                        comment,
                        "SCMP_ACT_ERRNO",
                        architectures.stream().map(OciNames::of).toList(),
                        rules))
                + "\n";
    }

    private static Rule allow(Collection<String> names) {
        return new Rule(names, "SCMP_ACT_ALLOW");
    }

    /** How many calls it allows that were seen. */
    long seen() {
        return evidence.calls().stream().map(Evidence.Call::name).distinct().count();
    }
}
