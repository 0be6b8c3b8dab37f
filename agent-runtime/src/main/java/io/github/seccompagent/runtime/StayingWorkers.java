package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.process.ThreadFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Workers that have become a thread, and stay for its next calls. They end by themselves when none comes for a moment.
 * There are only few of them: no account can take away those of others. Safe for use by several threads.
 */
final class StayingWorkers {
    static final int MAX_OF_ACCOUNT = 16;
    private static final int MAX = 16 * MAX_OF_ACCOUNT;

    /**
     * What stays.
     *
     * @param listener of whose container it is
     * @param thread the folder of its thread, which is read again at each call
     */
    record Staying(Listener listener, ExecutorWorker worker, ThreadFolder thread, Account account) {
        private void close() {
            thread.close();
            worker.close(account.leaving());
        }

        private void leave() {
            thread.close();
            worker.leave();
        }
    }

    // By the id of the thread, the oldest first. A later thread may have the same id: a worker sees that it is another
    // one. Guarded by this.
    private final Map<Integer, Staying> all = new LinkedHashMap<>();
    private boolean closed; // guarded by this

    /** Takes the worker that stays for a thread, and the folder. Whoever takes them closes them. */
    synchronized Optional<Staying> take(Listener listener, int thread) {
        Staying known = all.get(thread);
        if (known == null || known.listener != listener) {
            return Optional.empty();
        }
        remove(known);
        return Optional.of(known);
    }

    /** Keeps a worker for the next call of its thread. Ends the oldest of its account if there are too many. */
    void keep(Staying kept) {
        replaced(kept).forEach(Staying::close);
    }

    private synchronized List<Staying> replaced(Staying added) {
        List<Staying> out = new ArrayList<>();
        if (closed || all.size() >= MAX && countOf(added.account) == 0) {
            return List.of(added);
        }
        if (countOf(added.account) >= MAX_OF_ACCOUNT || all.size() >= MAX) {
            removeOldest(added.account).ifPresent(out::add);
        }
        Staying before = all.put(added.thread.id(), added);
        if (before != null) {
            out.add(before);
        }
        return out;
    }

    private void remove(Staying known) {
        all.remove(known.thread.id());
    }

    private int countOf(Account account) {
        int count = 0;
        for (Staying each : all.values()) {
            count += each.account == account ? 1 : 0;
        }
        return count;
    }

    private Optional<Staying> removeOldest(Account account) {
        Optional<Staying> oldest =
                all.values().stream().filter(each -> each.account == account).findFirst();
        oldest.ifPresent(this::remove);
        return oldest;
    }

    /** Ends those of a listener that is closed. */
    void end(Listener listener) {
        removeIf(each -> each.listener == listener).forEach(Staying::close);
    }

    /** Forgets those that have ended. Returns whether some are left. */
    boolean forgetEnded() {
        removeIf(each -> each.worker.hasEnded()).forEach(Staying::close);
        return !isEmpty();
    }

    private synchronized boolean isEmpty() {
        return all.isEmpty();
    }

    private synchronized List<Staying> removeIf(Predicate<Staying> condition) {
        List<Staying> out = all.values().stream().filter(condition).toList();
        out.forEach(this::remove);
        return out;
    }

    /** Leaves all to the executor, which ends them. */
    synchronized void close() {
        closed = true;
        all.values().forEach(Staying::leave);
        all.clear();
    }
}
