package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.process.ThreadFolder;
import java.util.ArrayList;
import java.util.Iterator;
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

    /** The number of a thread may be that of a later thread. A worker sees that it is another one. */
    private record Place(Listener listener, int thread) {}

    /**
     * What stays.
     *
     * @param thread the folder of its thread, which is read again at each call
     */
    record Staying(ExecutorWorker worker, ThreadFolder thread, Account account) {
        private void close() {
            thread.close();
            worker.close(account.leaving());
        }

        private void leave() {
            thread.close();
            worker.leave();
        }
    }

    private final Map<Place, Staying> all = new LinkedHashMap<>(); // the oldest first; guarded by this
    private boolean closed; // guarded by this

    /** Takes the worker that stays for a thread, and the folder. Whoever takes them closes them. */
    synchronized Optional<Staying> take(Listener listener, int thread) {
        return Optional.ofNullable(all.remove(new Place(listener, thread)));
    }

    /** Keeps a worker for the next call of a thread. Ends the oldest of its account if there are too many. */
    void keep(Listener listener, int thread, Staying kept) {
        replaced(new Place(listener, thread), kept).forEach(Staying::close);
    }

    private synchronized List<Staying> replaced(Place place, Staying added) {
        List<Staying> out = new ArrayList<>();
        if (closed || all.size() >= MAX && countOf(added.account) == 0) {
            return List.of(added);
        }
        if (countOf(added.account) >= MAX_OF_ACCOUNT || all.size() >= MAX) {
            removeOldest(added.account).ifPresent(out::add);
        }
        Staying before = all.put(place, added);
        if (before != null) {
            out.add(before);
        }
        return out;
    }

    private long countOf(Account account) {
        return all.values().stream().filter(each -> each.account == account).count();
    }

    private Optional<Staying> removeOldest(Account account) {
        Optional<Place> oldest = all.entrySet().stream()
                .filter(each -> each.getValue().account == account)
                .map(Map.Entry::getKey)
                .findFirst();
        return oldest.map(all::remove);
    }

    /** Ends those of a listener that is closed. */
    void end(Listener listener) {
        removeIf(place -> place.listener == listener, any -> true).forEach(Staying::close);
    }

    /** Forgets those that have ended. Returns whether some are left. */
    boolean forgetEnded() {
        List<Staying> ended = removeIf(any -> true, staying -> staying.worker.hasEnded());
        ended.forEach(Staying::close);
        return !isEmpty();
    }

    private synchronized boolean isEmpty() {
        return all.isEmpty();
    }

    private synchronized List<Staying> removeIf(Predicate<Place> where, Predicate<Staying> who) {
        List<Staying> out = new ArrayList<>();
        for (Iterator<Map.Entry<Place, Staying>> each = all.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Place, Staying> entry = each.next();
            if (where.test(entry.getKey()) && who.test(entry.getValue())) {
                each.remove();
                out.add(entry.getValue());
            }
        }
        return out;
    }

    /** Leaves all to the executor, which ends them. */
    synchronized void close() {
        closed = true;
        all.values().forEach(Staying::leave);
        all.clear();
    }
}
