package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ThreadInterrupt;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import io.github.seccompagent.linux.process.TargetMemory;
import io.github.seccompagent.linux.process.ThreadStat;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread of the loop, with the memory that it needs for a notification, and what the watchdog sees of it. */
final class LoopThread extends Thread {
    final NotificationBuffers buffers = new NotificationBuffers();
    final ReadySources ready = new ReadySources();
    final TargetMemory memory = new TargetMemory();

    private final EventLoop loop;
    private volatile int kernelId;

    // Odd while the thread handles an event. Written by the thread alone.
    private volatile int turn;
    private volatile boolean receiving;
    private volatile Admission.@Nullable Place place;
    private volatile @Nullable InFlight inFlight;
    private volatile @Nullable EventSource given; // by the leader, until it is done
    private int givenEvents; // written before
    // Of the thread alone.
    private Workplaces.@Nullable Work work;
    private boolean worked;
    private long waitedNanos;

    LoopThread(EventLoop loop, int number) {
        super("loop-" + number);
        this.loop = loop;
    }

    @Override
    public void run() {
        kernelId = ThreadInterrupt.currentThreadId();
        loop.run(this);
    }

    /** Called by the leader, who has taken this thread from the spare ones. */
    void give(EventSource source, int events) {
        givenEvents = events;
        given = source;
        LockSupport.unpark(this);
    }

    /** What the leader has given to this thread, if it has. */
    @Nullable EventSource given() {
        return given;
    }

    int givenEvents() {
        return givenEvents;
    }

    /** Called when that is done. */
    void forgetGiven() {
        given = null;
    }

    boolean wasGiven() {
        return given != null;
    }

    /** Whether it has worked for others in this turn. */
    boolean hasWorked() {
        return worked;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    void beginTurn() {
        worked = false;
        turn++;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    void endTurn() {
        inFlight = null;
        place = null;
        turn++;
    }

    int turn() {
        return turn;
    }

    static boolean isBusy(int turn) {
        return (turn & 1) != 0;
    }

    void setReceiving(boolean now) {
        receiving = now;
    }

    /** The place of its call, until the turn ends. */
    void setPlace(Admission.Place taken) {
        place = taken;
    }

    Admission.@Nullable Place place() {
        return place;
    }

    /** The call that it handles, until the turn ends. */
    void setInFlight(InFlight call) {
        inFlight = call;
    }

    /** Called by the thread before it works on a call for others: so that it holds up nobody, it may have to wait here. */
    void beginWork(Workplaces workplaces) {
        Admission.Place mine = place;
        worked = true;
        if (work == null && mine != null) {
            loop.makeWay(this);
            work = workplaces.beginNow(mine.account());
            if (work == null) {
                work = waitToWork(workplaces, mine.account());
            }
        }
    }

    private Workplaces.Work waitToWork(Workplaces workplaces, Account account) {
        loop.replaceLeader(this);
        long begin = System.nanoTime();
        Workplaces.Work begun = workplaces.begin(account);
        waitedNanos += System.nanoTime() - begin;
        return begun;
    }

    /** For how long it had to wait for others in its turn, who are charged for it. */
    long takeWaitedNanos() {
        long waited = waitedNanos;
        waitedNanos = 0;
        return waited;
    }

    /** Called by the thread when it is done with that, if it has begun. */
    void endWork() {
        Workplaces.Work done = work;
        if (done != null) {
            work = null;
            done.end();
        }
    }

    /** Whether its call may wait for as long as its handler wants; if so, it gives its place to others. */
    boolean mayWait() {
        Admission.Place mine = place;
        return mine == null || mine.delay();
    }

    /**
     * Called by the thread when its call is to wait, for as long as its handler wants.
     *
     * @return false if it must not, since no other thread can serve everybody else meanwhile
     */
    boolean yieldLeadership() {
        try {
            if (!loop.replaceLeaderAtOnce(this)) { // sooner than the watchdog sees it
                return false;
            }
        } catch (OutOfMemoryError noThread) { // where the kernel gives no more of them, as past a pod's limit
            return false;
        }
        endWork();
        setWaiting(true);
        return true;
    }

    /** Called by the thread when its call goes on. */
    void resumeWork() {
        setWaiting(false);
    }

    /** Whether its call waits for as long as the kernel would have it wait, so that its handler is not to blame. */
    void setWaiting(boolean now) {
        InFlight call = inFlight;
        if (call != null) {
            call.setWaiting(now);
        }
    }

    /** Whether it is on a processor, or waits for one. */
    boolean runs() {
        try {
            return ThreadStat.of(kernelId).runs();
        } catch (ErrnoException ended) {
            return false;
        }
    }

    @Nullable InFlight inFlight() {
        return inFlight;
    }

    /** Ends a receive that blocks although there was something to receive a moment ago. */
    void interruptReceive() {
        if (receiving) {
            ThreadInterrupt.interrupt(kernelId);
        }
    }
}
