package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.LeavingWorkers;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * The calls of one listener that are over, and for which workers were asked. What these have done is known before
 * anything is received from the listener. For use by one thread at a time.
 */
final class StaleCalls {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Queue<StaleCall> calls = new ArrayDeque<>();
    private final RestartedCalls restarted;
    private final GrantedMounts mounts;
    private final Slots slots;

    StaleCalls(RestartedCalls restarted, GrantedMounts mounts, Slots slots) {
        this.restarted = restarted;
        this.mounts = mounts;
        this.slots = slots;
    }

    /** Takes over a slot whose call is over. */
    void add(Slots.Slot slot, Executor executor) {
        StaleCall.of(slot, executor).ifPresentOrElse(calls::add, () -> free(slot));
    }

    /**
     * Keeps what was done, so that a call that is made again gets that success. Frees the slots. Waits ten seconds at
     * most: meanwhile nothing is received from the listener.
     */
    void keep(ServedContainer container, int listener, LeavingWorkers leaving) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (StaleCall call = calls.poll(); call != null; call = calls.poll()) {
            keep(call, container, listener, end);
            end(call, leaving);
        }
    }

    private void keep(StaleCall call, ServedContainer container, int listener, long end) {
        call.await(end).ifPresent(done -> {
            done.reply().ifPresent(reply -> keepMounts(call, container, reply));
            restarted.restore(container.account(), listener, call.notification(), done.effect());
        });
    }

    private void keepMounts(StaleCall call, ServedContainer container, Reply reply) {
        if (call.isOf("mount")) {
            mounts.adopt(container.id(), reply.value(), reply.device());
        } else if (call.isOf("umount")) {
            mounts.removeUnlessThere(container.id(), reply.value());
        }
    }

    /** Ends them, and nobody knows what they have done. */
    void forget(LeavingWorkers leaving) {
        for (StaleCall call = calls.poll(); call != null; call = calls.poll()) {
            end(call, leaving);
        }
    }

    /** If this process is killed before the slot is free, the next one does the same again. */
    private void end(StaleCall call, LeavingWorkers leaving) {
        call.close(leaving);
        free(call.slot());
    }

    private void free(Slots.Slot slot) {
        slot.buffers().clear();
        slots.give(slot);
    }
}
