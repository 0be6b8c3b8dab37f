package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.LeavingWorkers;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits the calls in flight, for each account and in all. Calls past a limit wait in the kernel.
 *
 * <p>A call begins in an ordinary place. A call that takes long, for whatever reason, moves to a slow place, so
 * ordinary places are soon free again. Each call has a thread, so the calls in flight are bounded in all. An account
 * may begin a call only while it has less than a fraction of what is still free. So the next account finds room,
 * however many accounts were greedy before it. A worker that does not end keeps a place of its account, as a call does.
 * So does a handler that does not return. If there are only such ones in all places of an account, further calls of it
 * fail at once: they would wait for ever.
 *
 * <p>A reserve is kept for accounts that have no call in flight. A FUSE daemon's own calls may be notified: they must
 * not wait for calls of others that wait for the daemon. Safe for use by several threads. Nothing in here can block.
 */
final class Admission {
    private static final int FRACTION = 16;
    private static final int LEFT_OVER_FREE = 4; // a few workers are usually about to end; these cost nothing

    private final int max;
    private final int maxPerAccount;
    private final int reserve;
    private final int maxDelayed;
    private final int places;
    private final Runnable somethingIsLeft;

    private final Map<String, Account> accounts = new HashMap<>();
    private final Set<Gate> waiting = new LinkedHashSet<>(); // a set: two threads may pause the same gate
    private int ordinary;
    private int slow;
    private int leftOver;
    private int lost;
    private volatile boolean isLost; // guarded by this, but anybody may read it
    private int round; // counts the rounds of resuming

    /** A source of calls that can be paused. */
    interface Gate {
        Account account();

        /** Stops waiting for its calls. Must not block. */
        void pause();

        /** Waits for its calls again. Must not block. */
        void resume();
    }

    /** The place of a call in flight. */
    final class Place {
        private final Account account;
        private boolean isSlow; // guarded by the admission
        private boolean isOver; // guarded by the admission
        private boolean isLost; // guarded by the admission
        private final boolean isPastLimit;
        private final boolean isRefused;

        private Place(Account account, boolean isPastLimit, boolean isRefused) {
            this.account = account;
            this.isPastLimit = isPastLimit;
            this.isRefused = isRefused;
        }

        /** Whether there was no room for the call. */
        boolean isPastLimit() {
            return isPastLimit;
        }

        /** Whether the call must fail at once. It has the place only until then. */
        boolean isRefused() {
            return isRefused;
        }

        Account account() {
            return account;
        }

        /**
         * Gives the ordinary place to others, since the call takes long. There is room for that: without it the call
         * would not have begun.
         */
        void markSlow() {
            synchronized (Admission.this) {
                if (!isSlow && !isOver) {
                    moveToSlow(this);
                }
            }
        }

        /**
         * Does the same for a call whose handler delays it.
         *
         * @return false if the limit of slow calls is reached; the call must not wait then
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

        /** Called when the call was answered because its handler does not return. */
        void markLost() {
            synchronized (Admission.this) {
                if (!isLost && !isOver) {
                    isLost = true;
                    addLost(account, 1);
                    resumeWaiting();
                }
            }
        }

        /** Gives the place back. */
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

    /** @param somethingIsLeft called when {@link #sweep} has to be called later; must not block */
    Admission(int max, int maxPerAccount, int reserve, int maxDelayed, Runnable somethingIsLeft) {
        this.max = max;
        this.maxPerAccount = maxPerAccount;
        this.reserve = reserve;
        this.maxDelayed = maxDelayed;
        places = max + maxDelayed;
        this.somethingIsLeft = somethingIsLeft;
    }

    /**
     * How many workers count. A worker that was just killed takes a moment to end, so nobody looks while there are only
     * a few.
     */
    private int workersOf(Account account) {
        int workers = account.leaving().size();
        if (workers > 0) {
            somethingIsLeft.run();
        }
        return workers > LEFT_OVER_FREE ? account.leaving().sweep() : workers;
    }

    /** The account of a container or user, for one more gate. {@link #forget} gives it back. */
    synchronized Account account(String name) {
        Account account = accounts.computeIfAbsent(name, Account::new);
        account.gates++;
        return account;
    }

    /**
     * The workers of an account that the agent before has killed and that have not ended: they count in this one too.
     * The account stays: otherwise a worker that is added later would belong to one that nobody looks at any more.
     */
    LeavingWorkers leaving(String name) {
        LeavingWorkers leaving = leavingOf(name);
        somethingIsLeft.run();
        return leaving;
    }

    private synchronized LeavingWorkers leavingOf(String name) {
        Account account = accounts.computeIfAbsent(name, Account::new);
        account.stays = true;
        return account.leaving();
    }

    /**
     * Lets a call begin. If it may not begin, its gate is paused until there is room.
     *
     * @return its place, on which {@link Place#leave} must be called; null if the call may not begin
     */
    synchronized @Nullable Place enter(Gate gate) {
        Account own = gate.account();
        boolean hasRoom = hasRoom(own);
        if (!hasRoom && !isLost(own)) {
            gate.pause();
            waiting.add(gate);
            somethingIsLeft.run();
            return null;
        }
        return begin(own, !hasRoom, !hasRoom);
    }

    /**
     * Lets a call in that was received by a thread right after another one of the same account. If there is no room,
     * because other threads have let some in meanwhile, it is past the limit: there is one such call at most for each
     * thread.
     */
    synchronized Place enterReceived(Gate gate) {
        Account own = gate.account();
        boolean hasRoom = hasRoom(own);
        return begin(own, !hasRoom, !hasRoom && isLost(own));
    }

    private Place begin(Account own, boolean isPastLimit, boolean isRefused) {
        own.ordinary++;
        ordinary++;
        return new Place(own, isPastLimit, isRefused);
    }

    /** Lets a call in past all limits: an agent before this one has begun to handle it. */
    synchronized Place enterBegun(Gate gate) {
        return begin(gate.account(), true, false);
    }

    /**
     * Whether an account has its share, and gets none of it back: the handlers of all calls in flight do not return.
     */
    private boolean isLost(Account own) {
        return own.lost > 0 && own.lost == own.ordinary + own.slow && hasShare(own);
    }

    private boolean hasShare(Account own) {
        int free = places - ordinary - slow - leftOver;
        return (long) own.inFlight() * FRACTION >= free;
    }

    private boolean hasRoom(Account own) {
        if (hasShare(own)) {
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
        if (place.isLost) {
            addLost(own, -1);
        }
        setLeftOver(own, workers);
        removeIfUnused(own);
        if (!waiting.isEmpty()) {
            resumeWaiting();
        }
    }

    private void addLost(Account account, int more) {
        account.lost += more;
        lost += more;
        isLost = lost > places - places / 4;
    }

    private void setLeftOver(Account account, int workers) {
        int counted = Math.max(0, workers - LEFT_OVER_FREE);
        leftOver += counted - account.leftOver;
        account.leftOver = counted;
    }

    private void removeIfUnused(Account account) {
        if (!account.stays
                && account.gates == 0
                && account.inFlight() == 0
                && account.leaving().isEmpty()) {
            accounts.remove(account.name(), account);
        }
    }

    /** Forgets a gate that is gone. */
    synchronized void forget(Gate gate) {
        gate.account().gates--;
        removeIfUnused(gate.account());
        if (waiting.remove(gate)) {
            resumeWaiting();
        }
    }

    /**
     * Resumes as many gates of each account as it has room for. The calls of a resumed gate may be gone, and then it
     * resumes no other gate. {@link #sweep} resumes those that wait behind it.
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
            if (account.resumed < Math.max(1, maxPerAccount - account.ordinary)
                    && (hasRoom(account) || isLost(account))) {
                account.resumed++;
                each.remove();
                next.resume();
            }
        }
    }

    /**
     * Looks for workers that ended after the last call of their account, and for gates that nothing else resumes.
     *
     * @return whether another look is needed later
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

    /** How many calls are in flight, including the slow ones. */
    synchronized int inFlight() {
        return ordinary + slow;
    }

    /** How many calls in flight have taken long or were delayed. */
    synchronized int slow() {
        return slow;
    }

    /**
     * Whether handlers that do not return hold so many of the places that others soon find none. They are free again
     * only when this process has ended. Takes no lock.
     */
    boolean isLost() {
        return isLost;
    }

    /** How many workers of all accounts do not end. The few that may be about to end are not counted. */
    synchronized int leftOver() {
        return leftOver;
    }

    /** Closes the descriptors of workers that have not ended. */
    synchronized void close() {
        accounts.values().forEach(account -> account.leaving().close());
    }
}
