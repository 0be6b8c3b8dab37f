package io.github.seccompagent.app.record;

import io.github.seccompagent.app.profile.ReadProfile.Outcome;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The calls that a profile refuses. */
final class Refusals {
    private static final int MOST_CALLS = 2000;
    private static final int MOST_PROGRAMS = 16;

    private final String profile;
    private final ProfileRules rules;
    private final boolean enforced;
    private final Map<Key, Map<String, LongAdder>> refused = new ConcurrentHashMap<>();

    private record Key(String abi, String name, Outcome verdict) {}

    /** @param enforced whether the calls are really refused */
    Refusals(String profile, ProfileRules rules, boolean enforced) {
        this.profile = profile;
        this.rules = rules;
        this.enforced = enforced;
    }

    boolean enforced() {
        return enforced;
    }

    /** What the profile does with a call that waits. A refusal is noted. */
    Outcome judge(String abi, String name, int threadId, CallArguments arguments) {
        Outcome verdict = rules.of(abi, name, arguments::register);
        Key key = new Key(abi, name, verdict);
        if (verdict.refuses() && (refused.containsKey(key) || refused.size() < MOST_CALLS)) {
            Map<String, LongAdder> programs = refused.computeIfAbsent(key, first -> new ConcurrentHashMap<>());
            String program = Program.nameOf(threadId, arguments);
            programs.computeIfAbsent(
                            programs.size() < MOST_PROGRAMS || programs.containsKey(program) ? program : "others",
                            first -> new LongAdder())
                    .increment();
        }
        return verdict;
    }

    Evidence.Under evidence() {
        List<Evidence.Refused> all = new ArrayList<>();
        String abi = Architecture.ofThisMachine().label();
        for (String name : QuietCalls.OF_COMMANDS) {
            if (rules.alwaysRefuses(name)
                    && SyscallTable.numberOf(Architecture.ofThisMachine(), name).isPresent()) {
                Outcome verdict = rules.otherwise();
                all.add(new Evidence.Refused(abi, name, verdict.action(), verdict.errnoName(), 0, List.of()));
            }
        }
        refused.forEach((key, programs) -> all.add(new Evidence.Refused(
                key.abi,
                key.name,
                key.verdict.action(),
                key.verdict.errnoName(),
                programs.values().stream().mapToLong(LongAdder::sum).sum(),
                programs.entrySet().stream()
                        .map(each -> new Evidence.ProgramCount(
                                each.getKey(), each.getValue().sum()))
                        .sorted(Comparator.comparing(Evidence.ProgramCount::program))
                        .toList())));
        all.sort(Comparator.comparing(Evidence.Refused::name).thenComparing(Evidence.Refused::abi));
        return new Evidence.Under(profile, enforced, all);
    }

    /** One for each call, as it is printed. */
    static List<Finding> findings(Evidence.Under under) {
        return under.refused().stream().map(each -> finding(under, each)).toList();
    }

    private static Finding finding(Evidence.Under under, Evidence.Refused refused) {
        String how = under.enforced() ? " refuses " : " would refuse ";
        String what = under.profile() + how + refused.name() + " of " + refused.abi() + " with "
                + (refused.errno().isEmpty() ? refused.action() : refused.errno());
        String who = refused.programs().stream()
                .map(each -> each.program() + " (" + each.count() + ")")
                .collect(Collectors.joining(", "));
        return refused.count() == 0
                ? new Finding(
                        "refused-quiet",
                        Severity.ERROR,
                        what,
                        "Hardly a program does without it. It is not counted.",
                        "")
                : new Finding(
                        "refused",
                        Severity.ERROR,
                        what + ": " + (refused.count() == 1 ? "once" : refused.count() + " times") + ", by " + who,
                        "",
                        "");
    }
}
