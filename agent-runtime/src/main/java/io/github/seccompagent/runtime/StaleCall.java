package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.LeavingWorkers;
import io.github.seccompagent.linux.helper.RequestNumber;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A call that an agent before had asked workers for, and that is over: the caller may have its answer, or a signal has
 * taken the call away and its thread makes it again. So what the workers did is kept as what the caller may not know.
 * For use by one thread.
 */
final class StaleCall {
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Slots.Slot slot;
    private final Notification notification;
    private final String family;
    private final List<Asked> workers;

    /** A worker, and what it was asked for. */
    private record Asked(RequestNumber number, ExecutorWorker worker, long fingerprint) {}

    /**
     * What was done last.
     *
     * @param reply empty if it is uncertain
     */
    record Done(Effect effect, Optional<Reply> reply) {}

    private StaleCall(Slots.Slot slot, List<Asked> workers) {
        this.slot = slot;
        this.workers = workers;
        notification = slot.buffers().read();
        family = SyscallTable.syscallOf(notification.architecture(), notification.number())
                .family();
    }

    /** Takes over the workers of the call in a slot. Empty if it has none any more. */
    static Optional<StaleCall> of(Slots.Slot slot, Executor executor) {
        NotificationBuffers buffers = slot.buffers();
        List<Asked> workers = new ArrayList<>();
        for (int i = 0; buffers.worker(i) != 0; i++) {
            RequestNumber number = new RequestNumber(buffers.id(), i + 1);
            long fingerprint = buffers.fingerprint(i);
            executor.left()
                    .take(buffers.worker(i))
                    .ifPresent(worker -> workers.add(new Asked(number, worker, fingerprint)));
        }
        return workers.isEmpty() ? Optional.empty() : Optional.of(new StaleCall(slot, workers));
    }

    Notification notification() {
        return notification;
    }

    /** Where it is until its effect is known and kept. */
    Slots.Slot slot() {
        return slot;
    }

    boolean isOf(String name) {
        return family.equals(name);
    }

    /**
     * Waits for its workers. One that takes longer is killed: nobody waits for it any more.
     *
     * @param end until when, as of System.nanoTime
     */
    Optional<Done> await(long end) {
        Optional<Done> done = Optional.empty();
        for (Asked asked : workers) {
            long left = Math.max(LEAST_NANOS, end - System.nanoTime());
            Optional<Reply> reply = asked.worker.awaitReply(asked.number, Duration.ofNanos(left));
            if (reply.filter(this::isDone).isPresent()) {
                done = reply.map(known -> new Done(effect(asked, known), reply));
            } else if (done.isEmpty() && asked.worker.mayHaveCalled()) {
                done = Optional.of(new Done(Effect.uncertain(fingerprint(asked)), Optional.empty()));
            }
        }
        return done;
    }

    /** The umount of a mount that was not granted is left to the kernel, and the reply has no mount. */
    private boolean isDone(Reply reply) {
        return reply.isUndelivered()
                || reply.error() == 0 && !reply.isForTheCaller() && !(isOf("umount") && reply.value() == 0);
    }

    private Effect effect(Asked asked, Reply reply) {
        boolean gaveDescriptor = isOf("open") && reply.error() == 0;
        return new Effect(
                fingerprint(asked),
                reply.object(),
                gaveDescriptor ? OptionalInt.of((int) reply.value()) : OptionalInt.empty());
    }

    /** A mount may be made in another way when it was refused. */
    private long fingerprint(Asked asked) {
        return isOf("mount") ? workers.get(0).fingerprint : asked.fingerprint;
    }

    void close(LeavingWorkers leaving) {
        workers.forEach(asked -> asked.worker.close(leaving));
    }
}
