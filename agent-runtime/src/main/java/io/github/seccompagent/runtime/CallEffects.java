package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.process.ThreadStat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What is done on behalf of a call: its worker, and the result. Only the thread that handles the call uses it. */
final class CallEffects {
    private static final long WAIT_FOR_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long MAX_WAIT_FOR_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final WaitingCall call;
    private @Nullable ExecutorWorker worker; // the last worker that did something
    private @Nullable RestartedCalls restarted; // set once something is done on behalf
    private @Nullable Effect effect; // set once something was done
    private int requests;
    private boolean over;

    CallEffects(WaitingCall call) {
        this.call = call;
    }

    /** The call whose effects these are. */
    WaitingCall call() {
        return call;
    }

    /**
     * Call it before anything is done on behalf. A later call of the same thread waits here until {@link #end} is
     * called for this one.
     */
    void begin(RestartedCalls calls) {
        if (restarted == null) {
            call.beginWork();
            calls.begin(call.visibleThreadId());
            restarted = calls;
        }
    }

    /**
     * Takes a worker. It is closed when the call was answered, because the caller need not wait for that, or when the
     * next worker is taken.
     */
    ExecutorWorker takeWorker(Executor executor) {
        closeWorker();
        if (over) {
            throw new IllegalStateException("the call was answered before");
        }
        ExecutorWorker taken = executor.take();
        worker = taken;
        requests++;
        return taken;
    }

    /** The id of the request to a worker that was just taken. */
    RequestId requestOf(ExecutorWorker taken) {
        return new RequestId(taken.number(), requests);
    }

    private void closeWorker() {
        ExecutorWorker used = worker;
        worker = null;
        if (used != null) {
            used.close(call.leaving());
        }
    }

    /** Notes what was done on behalf. */
    void record(Effect done) {
        effect = done;
    }

    /**
     * If something was done on behalf, waits while the calling thread is leaving the call. A signal has woken that
     * thread. Until it is on a CPU again, the kernel takes an answer that the thread will never get.
     */
    void awaitSleep() {
        if (effect == null) {
            return;
        }
        long end = System.nanoTime() + MAX_WAIT_FOR_SLEEP_NANOS;
        try {
            while (ThreadStat.of(call.threadId()).runs() && call.isValid() && System.nanoTime() < end) {
                LockSupport.parkNanos(this, WAIT_FOR_SLEEP_NANOS);
            }
        } catch (ErrnoException gone) {
            // the thread is gone, and so is the call
        }
    }

    /**
     * Call it when the call was answered, or could not be answered.
     *
     * @param delivered whether the caller got the answer
     */
    void end(boolean delivered) {
        try {
            endRestartable(delivered);
        } finally {
            over = true;
            closeWorker();
        }
    }

    private void endRestartable(boolean delivered) {
        RestartedCalls calls = restarted;
        if (calls == null) {
            return;
        }
        try {
            if (effect != null) {
                calls.remember(call.account(), call.notification(), effect, delivered);
            }
        } finally {
            calls.end(call.threadId()); // otherwise a later call of this thread would wait for ever
        }
    }
}
