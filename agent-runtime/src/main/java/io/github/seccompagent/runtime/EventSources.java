package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.fd.EventFd;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The sources that a loop waits for. Safe for use by several threads. */
final class EventSources implements AutoCloseable {
    private static final long WAKE_KEY = 0;
    private static final long TURN_KEY = 1;

    private final Epoll epoll;
    private final EventFd wake;
    private final EventFd turn;
    private final Map<Long, EventSource> byKey = new ConcurrentHashMap<>();
    private final AtomicLong nextKey = new AtomicLong(TURN_KEY + 1);

    private volatile int turns; // of those that were asked for; only the leader writes it

    EventSources() {
        epoll = new Epoll();
        try {
            wake = EventFd.watchedBy(epoll, WAKE_KEY);
            turn = watchTurn();
        } catch (RuntimeException | Error e) {
            epoll.close();
            throw e;
        }
    }

    private EventFd watchTurn() {
        try {
            return EventFd.watchedBy(epoll, TURN_KEY);
        } catch (RuntimeException | Error e) {
            wake.close();
            throw e;
        }
    }

    /** Has whoever waits wake once, and count that in {@link #turns}. Waits for nobody. */
    void askForTurn() {
        turn.signal();
    }

    int turns() {
        return turns;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // a former leader that writes at the same time does no harm
    private void takeTurn() {
        turn.clear();
        turns++;
    }

    /** Begins to wait for input of a source. Returns the key for the other methods. */
    long add(EventSource source) {
        long key = nextKey.getAndIncrement();
        byKey.put(key, source);
        try {
            epoll.add(source.number(), Epoll.IN | Epoll.RDHUP, key);
        } catch (ErrnoException e) {
            byKey.remove(key);
            throw e;
        }
        return key;
    }

    /** Stops waiting for a source. Call it before the descriptor is closed. */
    void remove(long key) {
        EventSource source = byKey.remove(key);
        if (source != null) {
            epoll.remove(source.number());
        }
    }

    /** From now on waits only for the end of the source. */
    void pause(long key) {
        modify(key, 0);
    }

    void resume(long key) {
        modify(key, Epoll.IN | Epoll.RDHUP);
    }

    private void modify(long key, int events) {
        EventSource source = byKey.get(key);
        if (source == null) {
            return;
        }
        try {
            epoll.modify(source.number(), events, key);
        } catch (ErrnoException removedMeanwhile) {
            // the source was removed meanwhile
        }
    }

    /** Waits until some sources are ready. */
    void await(LoopThread thread, int turn) {
        ReadySources ready = thread.ready;
        int count = thread.late.await(epoll);
        ready.reset(count, turn);
        for (int i = 0; i < count; i++) {
            EventSource source = byKey.get(ready.found().key(i));
            ready.set(i, source);
            if (source == null && ready.found().key(i) == TURN_KEY) {
                takeTurn();
            }
        }
    }

    /** Ends every wait, now and later. */
    void wakeAll() {
        wake.signal();
    }

    @Override
    public void close() {
        Ending.runInOrder(epoll::close, wake::close, turn::close);
    }
}
