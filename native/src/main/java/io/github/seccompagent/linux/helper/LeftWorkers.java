package io.github.seccompagent.linux.helper;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The workers that an agent before this one has left. Those of calls that still wait are asked again. Safe for use by
 * several threads.
 */
public final class LeftWorkers {
    private final List<LeftExecutor> executors = new ArrayList<>();
    private final Map<Long, LeftExecutor.Worker> workers = new HashMap<>(); // by number; guarded by this

    LeftWorkers(ExecutorStore store) {
        store.takeLeft()
                .forEach((number, control) -> executors.add(LeftExecutor.adopt(number, control, store, this::add)));
    }

    private synchronized void add(LeftExecutor.Worker worker) {
        workers.put(worker.worker().number(), worker);
    }

    /** Takes one. Whoever takes it closes it. Empty if it is gone. */
    public synchronized Optional<ExecutorWorker> take(long number) {
        return Optional.ofNullable(workers.remove(number)).map(LeftExecutor.Worker::worker);
    }

    /** Takes those that were killed for somebody and had not ended. */
    public void takeLeaving(LeavingWorkers of) {
        takeIf(each -> each.owner() == of.owner()).forEach(each -> each.close(of));
    }

    /** Ends those of calls that are over. */
    public void endAllExcept(Set<Long> wanted, LeavingWorkers leaving) {
        takeIf(each -> !wanted.contains(each.worker().number())).forEach(each -> each.close(leaving));
    }

    /** Ends all, also those that were taken. */
    void end() {
        executors.forEach(LeftExecutor::end);
        takeIf(any -> true).forEach(ExecutorWorker::leave);
    }

    /** Leaves all to the next agent. */
    void leave() {
        takeIf(any -> true).forEach(ExecutorWorker::leave);
        executors.forEach(LeftExecutor::leave);
    }

    private synchronized List<ExecutorWorker> takeIf(Predicate<LeftExecutor.Worker> condition) {
        List<ExecutorWorker> taken = new ArrayList<>();
        for (Iterator<LeftExecutor.Worker> each = workers.values().iterator(); each.hasNext(); ) {
            LeftExecutor.Worker next = each.next();
            if (condition.test(next)) {
                each.remove();
                taken.add(next.worker());
            }
        }
        return taken;
    }
}
