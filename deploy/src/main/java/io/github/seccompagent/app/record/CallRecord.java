package io.github.seccompagent.app.record;

import io.github.seccompagent.api.ErrnoException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What was seen of one syscall. Safe for use by several threads. */
final class CallRecord {
    private static final int MOST_VALUES = 64;

    private volatile Evidence.First first;
    private final LongAdder count = new LongAdder();
    private final List<Values> arguments = new ArrayList<>();

    private record Values(NotedArgument argument, Map<Long, LongAdder> counts, LongAdder others) {
        void add(long value, long times) {
            LongAdder known = counts.get(value);
            if (known == null && counts.size() < MOST_VALUES) {
                known = counts.computeIfAbsent(value, first -> new LongAdder());
            }
            (known == null ? others : known).add(times);
        }
    }

    CallRecord(Evidence.First first, List<NotedArgument> noted) {
        this.first = first;
        noted.forEach(each -> arguments.add(new Values(each, new ConcurrentHashMap<>(), new LongAdder())));
    }

    void add(CallArguments values) {
        count.increment();
        for (Values each : arguments) {
            try {
                each.add(each.argument.valueIn(values), 1);
            } catch (ErrnoException unreadable) {
                each.others.increment();
            }
        }
    }

    /** Adds what was seen earlier. */
    void add(Evidence.Call earlier) {
        first = earlier.first();
        count.add(earlier.count());
        for (Evidence.Argument noted : earlier.arguments()) {
            arguments.stream()
                    .filter(each -> each.argument.index() == noted.index())
                    .forEach(each -> noted.values().forEach(value -> each.add(value.value(), value.count())));
        }
    }

    Evidence.Call as(String abi, String name) {
        List<Evidence.Argument> noted =
                arguments.stream().map(each -> argument(name, each)).toList();
        return new Evidence.Call(abi, name, count.sum(), first, noted);
    }

    private static Evidence.Argument argument(String syscall, Values values) {
        NotedArgument argument = values.argument;
        List<Evidence.Value> sorted = values.counts.entrySet().stream()
                .map(each -> new Evidence.Value(
                        each.getKey(),
                        ValueNames.of(syscall, argument.name(), each.getKey()),
                        each.getValue().sum()))
                .sorted(Comparator.comparingLong(Evidence.Value::value))
                .toList();
        return new Evidence.Argument(argument.index(), argument.name(), sorted, values.others.sum() > 0);
    }
}
