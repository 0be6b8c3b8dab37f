package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.process.ThreadStat;
import io.github.seccompagent.runtime.RestartedCalls.Answered;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What is done on behalf of a call: its workers, and the result. Only the thread that handles the call uses it. */
final class CallEffects {
    private static final long WAIT_FOR_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long MAX_WAIT_FOR_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final WaitingCall call;
    private final CallWorkers workers;
    private @Nullable RestartedCalls restarted; // set once something is done on behalf
    private @Nullable Effect effect; // set once something was done
    private @Nullable Answered earlier;

    CallEffects(WaitingCall call, CallWorkers workers) {
        this.call = call;
        this.workers = workers;
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

    /** The workers of the call. */
    CallWorkers workers() {
        return workers;
    }

    /** Notes the effect of an earlier call that this call repeats. It is kept until this call is over. */
    void repeats(Answered taken) {
        earlier = taken;
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
            workers.close();
        }
    }

    private void endRestartable(boolean delivered) {
        RestartedCalls calls = restarted;
        if (calls == null) {
            return;
        }
        try {
            if (effect != null) {
                calls.remember(call, effect, delivered);
            }
            if (earlier != null) {
                calls.forget(earlier);
            }
        } finally {
            calls.end(call.threadId()); // otherwise a later call of this thread would wait for ever
        }
    }
}
