package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.helper.LeavingWorkers;
import io.github.seccompagent.linux.helper.RequestNumber;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The workers of a call. Its slot names them before they are asked for anything. An agent that handles the call again
 * has the same workers asked in the same order, and they do nothing twice. If it comes to ask for something else, the
 * call is lost: nothing more is done for it. Only the thread that handles the call uses it.
 */
final class CallWorkers {
    private final WaitingCall call;
    private final Executor executor;
    private final StayingWorkers staying;
    private final List<ExecutorWorker> taken = new ArrayList<>();
    private int requests;
    private boolean again; // whether the agent before has asked the last one
    private boolean lost;
    private boolean over;

    CallWorkers(WaitingCall call, Executor executor, StayingWorkers staying) {
        this.call = call;
        this.executor = executor;
        this.staying = staying;
    }

    /**
     * Takes the worker for the next request. It stays until the call was answered.
     *
     * @throws ErrnoException EIO if there is none
     */
    ExecutorWorker take(HelperRequest request) {
        requireKnown();
        NotificationBuffers slot = call.thread().buffers;
        long fingerprint = request.exactFingerprint();
        int index = requests;
        requests++;
        again = slot.worker(index) != 0;
        ExecutorWorker worker = again ? takeLeft(slot, index, fingerprint) : takeIdle(slot, index, fingerprint);
        taken.add(worker);
        return worker;
    }

    /** Does the same with the worker that stays for the calling thread, if there is one. */
    Optional<ExecutorWorker> takeStaying(HelperRequest request) {
        requireKnown();
        NotificationBuffers slot = call.thread().buffers;
        if (!request.mayStay() || requests >= NotificationBuffers.MAX_WORKERS || slot.worker(requests) != 0) {
            return Optional.empty();
        }
        return staying.take(call.listener(), call.visibleThreadId()).flatMap(found -> {
            ExecutorWorker worker = found.worker();
            call.useFolder(found.thread());
            if (!call.mayStay(request)) {
                call.keep(staying, worker);
                return Optional.empty();
            }
            again = false;
            slot.setWorker(requests++, worker.number(), request.exactFingerprint());
            taken.add(worker);
            return Optional.of(worker);
        });
    }

    /** Takes another worker for the last request, since its worker has ended before it did anything. */
    ExecutorWorker takeInstead(HelperRequest request) {
        requireKnown();
        again = false;
        ExecutorWorker worker = takeIdle(call.thread().buffers, requests - 1, request.exactFingerprint());
        taken.add(worker);
        return worker;
    }

    private ExecutorWorker takeLeft(NotificationBuffers slot, int index, long fingerprint) {
        // The caller's memory is read again, and may say something else now.
        Optional<ExecutorWorker> worker =
                slot.fingerprint(index) == fingerprint ? executor.left().take(slot.worker(index)) : Optional.empty();
        lost = worker.isEmpty();
        requireKnown();
        return worker.orElseThrow();
    }

    private ExecutorWorker takeIdle(NotificationBuffers slot, int index, long fingerprint) {
        ExecutorWorker worker = executor.take();
        if (index < NotificationBuffers.MAX_WORKERS) {
            slot.setWorker(index, worker.number(), fingerprint);
        } else {
            slot.setBegun(); // the slot has no room: after a restart nobody knows what was done
            closeTaken();
        }
        return worker;
    }

    /** The number of the request for which a worker was just taken. */
    RequestNumber requestNumber() {
        return new RequestNumber(call.notification().id(), requests);
    }

    /** Whether a worker was asked for anything. */
    boolean areThere() {
        return requests > 0;
    }

    /** Called when a worker has not replied. If the agent before has asked it, nobody knows what it has done. */
    void failed() {
        if (again) {
            lost = true;
        }
    }

    private void requireKnown() {
        if (over) {
            throw new IllegalStateException("the call was answered before");
        }
        if (lost) {
            throw new ErrnoException(Errno.EIO, "what the agent before has done for the call is not known");
        }
    }

    /**
     * Called when the handler has an answer: whether something was done for the call that this answer does not rest
     * on.
     */
    boolean isLost() {
        return lost || call.thread().buffers.worker(requests) != 0;
    }

    /**
     * Call it when the call was answered: nobody can have the results after that.
     *
     * @param delivered whether the caller got the answer. Otherwise no worker stays: a signal may have let the thread
     *     go on, so what the worker has become need not be what the agent saw
     */
    void close(boolean delivered) {
        over = true;
        NotificationBuffers slot = call.thread().buffers;
        if (slot.worker(0) == 0) {
            return; // nobody was asked: what follows costs as much as half of a plain answer
        }
        closeLeft(slot, executor, call.leaving()); // those that were not taken
        slot.forgetWorkers(); // the thread's next call names one that stays
        if (delivered) {
            keepStaying();
        }
        closeTaken();
    }

    private void keepStaying() {
        for (ExecutorWorker worker : taken) {
            if (worker.stays()) {
                worker.rest();
                taken.remove(worker);
                call.keep(staying, worker);
                return;
            }
        }
    }

    private void closeTaken() {
        taken.forEach(each -> each.close(call.leaving()));
        taken.clear();
    }

    /** Leaves all to the next agent, which answers the call. */
    void leave() {
        over = true;
        taken.forEach(ExecutorWorker::leave);
        taken.clear();
    }

    /** Ends the workers that a slot names, for a call that is not handled again. */
    static void closeLeft(NotificationBuffers slot, Executor executor, LeavingWorkers leaving) {
        slot.workers().forEach(number -> closeLeft(number, executor, leaving));
    }

    /** Ends a worker that the agent before has left, if nobody has taken it. */
    private static void closeLeft(long number, Executor executor, LeavingWorkers leaving) {
        executor.left().take(number).ifPresent(worker -> worker.close(leaving));
    }
}
