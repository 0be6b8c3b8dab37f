package io.github.seccompagent.runtime;

import io.github.seccompagent.runtime.RestartedCalls.Answered;
import org.jspecify.annotations.Nullable;

/** What is done on behalf of a call: its workers, and the result. Only the thread that handles the call uses it. */
final class CallEffects {
    private final WaitingCall call;
    private final CallWorkers workers;
    private final RestartedCalls restarted;
    private boolean begun;
    private @Nullable Effect effect; // set once something was done
    private @Nullable Answered earlier;
    private boolean refused;

    CallEffects(WaitingCall call, CallWorkers workers, RestartedCalls restarted) {
        this.call = call;
        this.workers = workers;
        this.restarted = restarted;
    }

    /** The call whose effects these are. */
    WaitingCall call() {
        return call;
    }

    /**
     * Call it before anything that must not happen twice. A later call of the same thread waits here until {@link #end}
     * is called for this one: only then it is known whether the later call repeats this one.
     */
    void begin() {
        if (!begun) {
            call.beginWork();
            restarted.begin(call.account(), call.visibleThreadId());
            begun = true;
        }
    }

    /** Waits like {@link #begin}. Later calls do not wait for this one. */
    void awaitEarlier() {
        if (!begun) {
            restarted.begin(call.account(), call.visibleThreadId());
            restarted.end(call.account(), call.threadId());
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

    /** Whether the call repeats an earlier one. */
    boolean isRepeated() {
        return earlier != null;
    }

    /** Notes whether the handler's check has refused what was about to be done. */
    void setRefused(boolean isRefused) {
        refused = isRefused;
    }

    /** Whether the handler's check has refused the last thing that was to be done. */
    boolean isRefused() {
        return refused;
    }

    /** Notes what was done on behalf. */
    void record(Effect done) {
        effect = done;
    }

    /** Whether nothing has begun, so nothing has to be ended. */
    boolean areNone() {
        return !begun && effect == null && earlier == null;
    }

    /** Whether something was done on behalf. */
    boolean areThere() {
        return effect != null;
    }

    /**
     * Call it when the call was answered, or could not be answered.
     *
     * @param delivered whether the caller got the answer
     */
    void end(boolean delivered) {
        try {
            keep(delivered);
        } finally {
            workers.close(delivered); // before the thread's next call, for which a worker may stay
            if (begun) {
                restarted.end(call.account(), call.threadId()); // otherwise a later call would wait for ever
            }
        }
    }

    private void keep(boolean delivered) {
        if (begun) {
            if (effect != null && !(delivered && effect.uncertain())) { // an error that was told says nothing
                restarted.remember(call, effect, delivered);
            }
            if (earlier != null) {
                restarted.forget(earlier);
            }
        }
    }
}
