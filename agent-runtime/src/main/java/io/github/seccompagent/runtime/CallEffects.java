package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.process.ThreadStat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What is done on behalf for a call: its worker, and what came of it. For the thread that handles the call. */
final class CallEffects {
    private static final long WAIT_FOR_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long MAX_WAIT_FOR_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final WaitingCall call;
    private @Nullable ExecutorWorker worker; // the last one that did something
    private @Nullable RestartedCalls restarted; // once something is done on behalf
    private @Nullable Effect effect; // once there is one
    private int requests;
    private boolean over;

    CallEffects(WaitingCall call) {
        this.call = call;
    }

    /** Whose effects they are. */
    WaitingCall call() {
        return call;
    }

    /** Called before anything is done on behalf. Until {@link #end}, no later call of the same thread gets beyond this. */
    void begin(RestartedCalls calls) {
        if (restarted == null) {
            call.beginWork();
            calls.begin(call.visibleThreadId());
            restarted = calls;
        }
    }

    /**
     * Takes a worker. It is closed when the call has been answered, since the caller need not wait for that, or when the
     * next one is taken.
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

    /** What a worker that was just taken is asked. */
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

    /** Called when something was done on behalf. */
    void record(Effect done) {
        effect = done;
    }

    /**
     * Waits, if something was done on behalf, while the thread is on its way out of the call. A signal has woken it then,
     * but until it is on a CPU again the kernel takes an answer that the thread will not get.
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
            // then so is the call
        }
    }

    /**
     * Called when the call was answered, or could not be.
     *
     * @param delivered whether its caller got the answer
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
            calls.end(call.threadId()); // or a later call of this thread would wait for ever
        }
    }
}
