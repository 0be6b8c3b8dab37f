package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.resolver.policy.Explanation.RuleAt;
import io.github.seccompagent.resolver.policy.Rule.When;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Calls that do what a call of another family does, if one of their arguments says so: a rule for the other one is for
 * them too.
 */
final class SameCalls {
    private static final String RMDIR = "rmdir";
    private static final String UNLINKAT = "unlinkat";
    private static final long AT_REMOVEDIR = 0x200;

    /** With these, 32-bit programs on x86 make many calls. The first argument tells which. */
    private static final Map<String, Map<Integer, String>> MULTIPLEXERS = Map.of(
            "socketcall",
            numbered("socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom"
                    + " shutdown setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg"),
            "ipc",
            numbered("semop semget semctl semtimedop - - - - - - msgsnd msgrcv msgget msgctl - - - - - - shmat shmdt"
                    + " shmget shmctl"));

    private SameCalls() {}

    private static Map<Integer, String> numbered(String names) {
        Map<Integer, String> numbered = new HashMap<>();
        for (String name : names.split(" ")) {
            numbered.put(numbered.size() + 1, name);
        }
        return Map.copyOf(numbered);
    }

    /** The name by which rules know the call. */
    static String nameOf(NotifiedCall call) {
        Map<Integer, String> calls = MULTIPLEXERS.get(call.syscall());
        // ipc's number has a version in its upper half
        return calls == null ? call.syscall() : calls.getOrDefault((int) call.argument(0) & 0xffff, call.syscall());
    }

    /** A rule as it is for a call: one for rmdir(2) is for unlinkat(2) with AT_REMOVEDIR too. */
    static RuleAt seenBy(RuleAt at, String syscall, String family) {
        Set<String> calls = at.rule().calls();
        if (!syscall.equals(UNLINKAT) || !calls.contains(RMDIR) || calls.contains(UNLINKAT) || calls.contains(family)) {
            return at;
        }
        When when = at.rule().when();
        When removing = new When(
                when.paths(),
                when.types(),
                when.allFlags() | AT_REMOVEDIR,
                when.noFlags(),
                when.devices(),
                when.uid(),
                when.has(),
                when.lacks());
        return new RuleAt(
                at.grant(),
                at.index(),
                new Rule(at.rule().name(), Set.of(UNLINKAT), removing, at.rule().action()));
    }

    /** The other calls that a profile must notify if it notifies these. */
    static Set<String> of(Collection<String> calls) {
        Set<String> others = new TreeSet<>();
        if (calls.contains(RMDIR)) {
            others.add(UNLINKAT);
        }
        MULTIPLEXERS.forEach((name, inner) -> {
            if (inner.values().stream().anyMatch(calls::contains)) {
                others.add(name);
            }
        });
        return others;
    }
}
