package io.github.seccompagent.runtime;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits the calls in flight, of each account and of all. Past a limit calls wait in the kernel.
 *
 * <p>A call begins in an ordinary place. One that takes long, for whatever reason, is moved to a slow place, so that
 * ordinary ones are always soon free again. What is in flight in all is bounded, for each call has a thread: an account may
 * begin a call only while it has less than a fraction of what is still free, so that however many accounts are greedy, one
 * after the other, the next one finds room. A worker that does not end keeps a place of its account as a call does.
 *
 * <p>A reserve is kept for accounts that have none in flight: a FUSE daemon, whose own calls are notified, must not wait
 * for those of others that wait for it. Safe for use by several threads; nothing is done in here that can block.
 */
final class Admission {
    private static final int FRACTION = 16;
    private static final int LEFT_OVER_FREE = 4; // workers on their way out that cost nothing, as there usually are

    private final int max;
    private final int maxPerAccount;
    private final int reserve;
    private final int maxDelayed;
    private final int places;
    private final Runnable somethingIsLeft;

    private final Map<String, Account> accounts = new HashMap<>();
    private final Set<Gate> waiting = new LinkedHashSet<>(); // two threads can have to wait for the same one
    private int ordinary;
    private int slow;
    private int leftOver;
    private int round; // of resuming

    /** Whose calls are let in. */
    interface Gate {
        Account account();

        /** Ends the waiting for its calls. Must not block. */
        void pause();

        /** Goes on with it. Must not block. */
        void resume();
    }

    /** The place of a call in flight. */
    final class Place {
        private final Account account;
        private boolean isSlow; // guarded by the admission
        private boolean isOver; // guarded by the admission

        private Place(Account account) {
            this.account = account;
        }

        Account account() {
            return account;
        }

        /** Gives the ordinary place to others: the call takes long. There is room for it, or it had not begun. */
        void markSlow() {
            synchronized (Admission.this) {
                if (!isSlow && !isOver) {
                    moveToSlow(this);
                }
            }
        }

        /**
         * The same, for a call that its handler makes to wait.
         *
         * @return false if as many calls as may be are slow already; then it must not wait
         */
        boolean delay() {
            synchronized (Admission.this) {
                if (!isSlow && slow >= maxDelayed) {
                    return false;
                }
                markSlow();
                return true;
            }
        }

        /** Ends it. */
        void leave() {
            int workers = workersOf(account);
            synchronized (Admission.this) {
                if (!isOver) {
                    isOver = true;
                    end(this, workers);
                }
            }
        }
    }

    /** @param somethingIsLeft called when somebody has to {@link #sweep} later; must not block */
    Admission(int max, int maxPerAccount, int reserve, int maxDelayed, Runnable somethingIsLeft) {
        this.max = max;
        this.maxPerAccount = maxPerAccount;
        this.reserve = reserve;
        this.maxDelayed = maxDelayed;
        places = max + maxDelayed;
        this.somethingIsLeft = somethingIsLeft;
    }

    /** The last one has just been killed, and takes a moment to end: so it is not looked at for a few. */
    private int workersOf(Account account) {
        int workers = account.leaving().size();
        if (workers > 0) {
            somethingIsLeft.run();
        }
        return workers > LEFT_OVER_FREE ? account.leaving().sweep() : workers;
    }

    /** The account of a container, or of a user, for one more gate. {@link #forget} gives it back. */
    synchronized Account account(String name) {
        Account account = accounts.computeIfAbsent(name, Account::new);
        account.gates++;
        return account;
    }

    /**
     * Lets a call begin. If it may not, its gate is paused until there is room again.
     *
     * @return its place, which must be left; null if it may not begin
     */
    synchronized @Nullable Place enter(Gate gate) {
        Account own = gate.account();
        if (!hasRoom(own)) {
            gate.pause();
            waiting.add(gate);
            somethingIsLeft.run();
            return null;
        }
        own.ordinary++;
        ordinary++;
        return new Place(own);
    }

    private boolean hasRoom(Account own) {
        int free = places - ordinary - slow - leftOver;
        if ((long) own.inFlight() * FRACTION >= free) {
            return false;
        }
        return own.inFlight() == 0 ? ordinary < max : own.ordinary < maxPerAccount && ordinary < max - reserve;
    }

    private void moveToSlow(Place place) {
        place.isSlow = true;
        place.account.ordinary--;
        ordinary--;
        place.account.slow++;
        slow++;
        resumeWaiting();
    }

    private void end(Place place, int workers) {
        Account own = place.account;
        if (place.isSlow) {
            own.slow--;
            slow--;
        } else {
            own.ordinary--;
            ordinary--;
        }
        setLeftOver(own, workers);
        removeIfUnused(own);
        if (!waiting.isEmpty()) {
            resumeWaiting();
        }
    }

    private void setLeftOver(Account account, int workers) {
        int counted = Math.max(0, workers - LEFT_OVER_FREE);
        leftOver += counted - account.leftOver;
        account.leftOver = counted;
    }

    private void removeIfUnused(Account account) {
        if (account.gates == 0 && account.inFlight() == 0 && account.leaving().isEmpty()) {
            accounts.remove(account.name(), account);
        }
    }

    /** Ends the waiting of a gate that is gone. */
    synchronized void forget(Gate gate) {
        gate.account().gates--;
        removeIfUnused(gate.account());
        if (waiting.remove(gate)) {
            resumeWaiting();
        }
    }

    /**
     * As many of each account as it has room for. The calls of some may be gone, and those resume nobody else: whoever
     * waits behind them is resumed by {@link #sweep}.
     */
    private void resumeWaiting() {
        round++;
        for (Iterator<Gate> each = waiting.iterator(); each.hasNext(); ) {
            Gate next = each.next();
            Account account = next.account();
            if (account.resumedIn != round) {
                account.resumedIn = round;
                account.resumed = 0;
            }
            if (account.resumed < Math.max(1, maxPerAccount - account.ordinary) && hasRoom(account)) {
                account.resumed++;
                each.remove();
                next.resume();
            }
        }
    }

    /**
     * Looks for workers that have ended since the last call of their account did, and for gates that nobody resumes.
     *
     * @return whether there is something to look for still
     */
    boolean sweep() {
        for (Account account : withLeaving()) {
            int workers = account.leaving().sweep();
            synchronized (this) {
                setLeftOver(account, workers);
                removeIfUnused(account);
            }
        }
        synchronized (this) {
            resumeWaiting();
            return !waiting.isEmpty()
                    || accounts.values().stream()
                            .anyMatch(each -> !each.leaving().isEmpty());
        }
    }

    private synchronized List<Account> withLeaving() {
        return accounts.values().stream()
                .filter(account -> !account.leaving().isEmpty())
                .toList();
    }

    /** How many calls are in flight, the slow ones among them. */
    synchronized int inFlight() {
        return ordinary + slow;
    }

    /** How many calls have taken long, or were delayed, and are still in flight. */
    synchronized int slow() {
        return slow;
    }

    /** How many workers of all accounts do not end, beyond the few that may be on their way. */
    synchronized int leftOver() {
        return leftOver;
    }

    /** The descriptors of workers that have not ended are given up. */
    synchronized void close() {
        accounts.values().forEach(account -> account.leaving().close());
    }
}
