package io.github.seccompagent.app.policy;

import io.github.seccompagent.linux.syscall.SyscallTable;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.NotifiedCalls;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** The calls that a profile must notify for grants. */
public final class CallsToNotify {
    private CallsToNotify() {}

    /** Their names, with those of all members of their families, sorted. */
    public static Set<String> of(Collection<Grant> grants) {
        Set<String> calls = new TreeSet<>();
        for (String call : NotifiedCalls.of(grants)) {
            calls.add(call);
            calls.addAll(SyscallTable.siblingsOf(call));
        }
        return calls;
    }
}
