package io.github.seccompagent.app.record;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The syscalls that were seen. Safe for use by several threads. */
final class Recording {
    /** All known syscalls of three architectures, and some numbers without a name. */
    private static final int MOST_CALLS = 2000;

    private final Map<Key, CallRecord> calls = new ConcurrentHashMap<>();
    private final LongAdder omitted = new LongAdder();
    private volatile Instant latest = Instant.now();
    private volatile boolean changed;

    private record Key(String abi, String name) {}

    /** Notes a call that waits. */
    void add(String abi, String name, int threadId, CallArguments arguments) {
        Key key = new Key(abi, name);
        CallRecord known = calls.get(key);
        if (known == null) {
            if (calls.size() >= MOST_CALLS) {
                omitted.increment();
                return;
            }
            Program program = Program.of(threadId, arguments);
            latest = Instant.now();
            Evidence.First first = new Evidence.First(program.name(), program.executable(), latest.toString());
            known = calls.computeIfAbsent(key, each -> new CallRecord(first, NotedArgument.of(name)));
        }
        known.add(arguments);
        changed = true;
    }

    /** Adds what was seen earlier. */
    void addAll(Evidence earlier) {
        omitted.add(earlier.omitted());
        for (Evidence.Call call : earlier.calls()) {
            if (calls.size() < MOST_CALLS) {
                calls.computeIfAbsent(
                                new Key(call.abi(), call.name()),
                                key -> new CallRecord(call.first(), NotedArgument.of(call.name())))
                        .add(call);
            }
        }
    }

    /** Notes that something went wrong with a call. */
    void omit() {
        omitted.increment();
    }

    long omitted() {
        return omitted.sum();
    }

    /** When a syscall was seen for the first time the last time. */
    Instant latest() {
        return latest;
    }

    /** Whether there was a call since {@link #takeChanged}. */
    boolean isChanged() {
        return changed;
    }

    /** Whether there was a call since this was asked before. */
    boolean takeChanged() {
        boolean since = changed;
        changed = false;
        return since;
    }

    /** All of them, sorted by architecture and name. */
    List<Evidence.Call> calls() {
        return calls.entrySet().stream()
                .map(each ->
                        each.getValue().as(each.getKey().abi(), each.getKey().name()))
                .sorted(Comparator.comparing(Evidence.Call::abi).thenComparing(Evidence.Call::name))
                .toList();
    }
}
