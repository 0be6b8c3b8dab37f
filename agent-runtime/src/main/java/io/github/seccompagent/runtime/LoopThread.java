package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ThreadInterrupt;
import io.github.seccompagent.linux.notify.Exchange;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import io.github.seccompagent.linux.process.TargetMemory;
import io.github.seccompagent.linux.process.ThreadStat;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread of the loop, with its memory for a notification, and with what the watchdog sees of it. */
final class LoopThread extends Thread {
    final NotificationBuffers buffers;
    final ReadySources ready = new ReadySources();
    final Exchange exchange;
    final LateAnswer late;
    final TargetMemory memory = new TargetMemory();

    private final EventLoop loop;
    private final Slots.Slot slot;
    private volatile int kernelId;

    // Fences order these, because a volatile field costs each answer more.
    private long begin; // written before the next
    private int begunTurn;
    private Admission.@Nullable Place place;
    private volatile @Nullable InFlight inFlight;
    private volatile @Nullable EventSource given; // set by the leader, cleared when it is done
    private int givenEvents; // written before that
    // Only the thread uses these.
    private Workplaces.@Nullable Work work;
    private boolean worked;
    private long waitedNanos;
    private @Nullable Tally tally;
    private @Nullable String counted; // the call that was answered in this turn

    LoopThread(EventLoop loop, int number, Slots.Slot slot) {
        super("loop-" + number);
        this.loop = loop;
        this.slot = slot;
        buffers = slot.buffers();
        exchange = new Exchange(buffers, ready.found(), loop.gate());
        late = new LateAnswer(exchange);
    }

    /** Where it receives. */
    Slots.Slot slot() {
        return slot;
    }

    @Override
    public void run() {
        kernelId = ThreadInterrupt.currentThreadId();
        try {
            loop.run(this);
        } finally {
            late.end();
        }
    }

    /** The leader calls this after it has taken this thread from the spare ones. */
    void give(EventSource source, int events) {
        givenEvents = events;
        given = source;
        LockSupport.unpark(this);
    }

    /** What the leader gave to this thread; null if nothing. */
    @Nullable EventSource given() {
        return given;
    }

    int givenEvents() {
        return givenEvents;
    }

    /** Call it when the given event was handled. */
    void forgetGiven() {
        given = null;
    }

    boolean wasGiven() {
        return given != null;
    }

    /** Whether it has begun longer work in this turn. */
    boolean hasWorked() {
        return worked;
    }

    void beginTurn(long now) {
        exchange.beginTurn();
        setBegin(now);
    }

    /** Sets when the turn began that has begun already. */
    void setBegin(long now) {
        begin = now;
        int turn = exchange.turn();
        VarHandle.releaseFence();
        begunTurn = turn;
    }

    /** Whether {@link #begin} is known for a turn. */
    boolean hasBegun(int wanted) {
        boolean isKnown = begunTurn == wanted;
        VarHandle.acquireFence();
        return isKnown;
    }

    /** When the turn began, or one after it. */
    long begin() {
        return begin;
    }

    void endTurn() {
        worked = false;
        inFlight = null;
        place = null;
        exchange.endTurn();
    }

    int turn() {
        return exchange.turn();
    }

    static boolean isBusy(int turn) {
        return (turn & 1) != 0;
    }

    /** Whether it receives, and may be blocked there. */
    boolean isReceiving() {
        return exchange.isReceiving();
    }

    /** Sets the place of its call until the turn ends. */
    void setPlace(Admission.Place taken) {
        VarHandle.releaseFence(); // whoever sees it sees that the turn has begun
        place = taken;
    }

    Admission.@Nullable Place place() {
        Admission.Place taken = place;
        VarHandle.acquireFence();
        return taken;
    }

    /** Sets the call that it handles until the turn ends. */
    void setInFlight(InFlight call) {
        inFlight = call;
        if (loop.isLeft()) { // after the line above: whoever leaves the loop leaves the calls that are there by then
            leaveCall();
        }
    }

    /** Leaves the call that it handles to the next agent. */
    void leaveCall() {
        InFlight call = inFlight;
        if (call != null) {
            call.leave();
            buffers.forgetTries();
        }
    }

    /** Sets where the call of this turn is counted. */
    void setTally(Tally ofContainer) {
        tally = ofContainer;
    }

    /** Counts a call that was answered. */
    void count(String syscall, boolean refusal) {
        if (tally != null) {
            tally.count(refusal);
            counted = syscall;
        }
    }

    /** Call it when the turn has ended. Notes how long its call took. */
    void took(long nanos) {
        Tally mine = tally;
        String syscall = counted;
        if (mine != null && syscall != null) {
            mine.took(syscall, nanos);
        }
        tally = null;
        counted = null;
    }

    /** The thread calls this before it works on a call. It may wait here, so that it does not hold up others. */
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

    /** How long it waited for others in this turn. Its account is not charged for that time. */
    long takeWaitedNanos() {
        long waited = waitedNanos;
        waitedNanos = 0;
        return waited;
    }

    /** The thread calls this when the work is done. Nothing happens if it has not begun. */
    void endWork() {
        Workplaces.Work done = work;
        if (done != null) {
            work = null;
            done.end();
        }
    }

    /** Whether its call may wait for as long as its handler wants. If so, its ordinary place goes to others. */
    boolean mayWait() {
        Admission.Place mine = place;
        return mine == null || mine.delay();
    }

    /**
     * The thread calls this when its call has to wait for as long as its handler wants.
     *
     * @return false if it must not wait, because no other thread could serve the others meanwhile
     */
    boolean yieldLeadership() {
        try {
            if (!loop.replaceLeaderAtOnce(this)) { // at once: the watchdog would see it later
                return false;
            }
        } catch (OutOfMemoryError noThread) { // the kernel gives no more threads, for example past a pod's limit
            return false;
        }
        endWork();
        setWaiting(true);
        return true;
    }

    /** The thread calls this when its call goes on. */
    void resumeWork() {
        setWaiting(false);
    }

    /**
     * Sets whether its call waits as long as the kernel itself would make it wait. The handler's timeout does not count
     * then.
     */
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

    /** Ends a receive that blocks although there was a notification a moment ago. */
    void interruptReceive() {
        if (isReceiving()) {
            ThreadInterrupt.interrupt(kernelId);
        }
    }
}
