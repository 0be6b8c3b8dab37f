package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.cgroup.Cgroups;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.helper.ExecutorWorker.Blocked;
import io.github.seccompagent.linux.helper.ExecutorWorker.Decider;
import io.github.seccompagent.linux.helper.ExecutorWorker.Step;
import io.github.seccompagent.linux.helper.ExecutorWorker.Waiter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One request to a worker: it is sent, the worker's questions are answered, and its reply is awaited. For use by one
 * thread.
 */
final class WorkerRun {
    /** Most workers are done sooner. */
    private static final int BLOCKS_MILLIS = 5;

    private static final int LOOK_AGAIN_MILLIS = 1000;
    private static final String OWN_CGROUP = "cgroup.procs";

    /** No path has more links than that, and no worker asks more often. */
    private static final int MAX_QUESTIONS = 256;

    private final RequestNumber number;
    private final WorkerSocket socket;
    private final WorkerProcess process;
    private boolean isNear; // whether the worker runs where this thread does
    private boolean asked;
    private boolean hasReply;
    private boolean notMade;
    private volatile boolean letGo;

    WorkerRun(RequestNumber number, WorkerSocket socket, WorkerProcess process) {
        this.number = number;
        this.socket = socket;
        this.process = process;
    }

    /**
     * {@link ExecutorWorker#run}.
     *
     * @param hasStayed whether the worker has replied to another request of this agent before, and stayed
     */
    Optional<WorkerMessage> run(
            HelperRequest request,
            AdoptedCaller caller,
            boolean hasStayed,
            Duration deadline,
            Waiter waiter,
            Optional<? extends Decider> decider) {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            RequestEncoder encoder =
                    new RequestEncoder(number, request, caller.forRequest(request), decider.isPresent());
            boolean sent = socket.send(encoder, caller.numbers(request));
            if (!sent && hasStayed) {
                return Optional.empty();
            }
            asked = true;
            isNear = hasStayed;
            WorkerMessage message = await(end, waiter);
            for (int questions = 0; message.isQuestion(); questions++) {
                if (questions == MAX_QUESTIONS) {
                    throw new ErrnoException(Errno.EIO, "the worker asks too often");
                }
                if (message.isCheck()) {
                    decide(message, decider.orElseThrow(WorkerMessage::unexpected), end, waiter);
                } else {
                    answer(message, caller, waiter);
                }
                socket.drop(); // not sooner: if this process is killed, the next one answers
                message = await(end, waiter);
            }
            return reply(message);
        } catch (ErrnoException e) {
            letGo |= e.errno() == Errno.ECANCELED;
            throw e;
        }
    }

    /** Waits for what another agent has asked. A question that was answered may still be there. */
    Optional<WorkerMessage> awaitLeft(Duration deadline) {
        asked = true;
        long end = System.nanoTime() + deadline.toNanos();
        try {
            WorkerMessage message = await(end, () -> true);
            for (int questions = 0; message.isQuestion() && questions < MAX_QUESTIONS; questions++) {
                socket.drop();
                message = await(end, () -> true);
            }
            return message.isQuestion() ? Optional.empty() : reply(message);
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    /** Whether the worker has replied that the call was made, or why not. */
    boolean hasReply() {
        return hasReply;
    }

    /** {@link ExecutorWorker#mayHaveCalled}. */
    boolean mayHaveCalled() {
        return asked && !hasReply && !notMade && !letGo;
    }

    private Optional<WorkerMessage> reply(WorkerMessage message) {
        if (!message.request().equals(number) || message.reply().step() == Step.CHANGED) {
            notMade = true;
            return Optional.empty();
        }
        hasReply = true;
        return Optional.of(message);
    }

    /** What comes next for the request. What was replied to earlier ones does not count. */
    private WorkerMessage await(long end, Waiter waiter) {
        while (true) {
            awaitMessage(end, waiter);
            WorkerMessage message = socket.peek();
            // A worker that ends without a request says so, with the number of the last one that it has served.
            boolean isLast = message.reply().step() == Step.REQUEST;
            if (isLast && message.request().equals(number)) {
                throw WorkerSocket.died(); // it has made the call, and its reply is gone
            }
            if (isLast || message.request().equals(number)) {
                return message;
            }
            socket.drop();
        }
    }

    /** Opens what the worker asks for, because it may not open that itself. */
    private void answer(WorkerMessage question, AdoptedCaller caller, Waiter waiter) {
        try (Fd link = question.link().equals(OWN_CGROUP)
                ? Cgroups.ownJoinFile()
                : caller.openMagicLink(question.link(), question.isOfThread())) {
            requireWaiting(waiter);
            socket.answer(question.question(), 0, link.number());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ECANCELED) {
                throw e;
            }
            socket.answer(question.question(), e.errno().number());
        }
    }

    private static void requireWaiting(Waiter waiter) {
        if (!waiter.isWaiting()) {
            throw new ErrnoException(Errno.ECANCELED, "on-behalf call");
        }
    }

    /**
     * Answers whether the call may take effect. Only what a living worker has open says something. If it has ended, it
     * needs no answer: an agent before has answered, and its reply comes next, or it was killed.
     */
    private void decide(WorkerMessage question, Decider decider, long end, Waiter waiter) {
        List<FoundFile> found = process.look(question.found());
        if (found.isEmpty()) {
            return;
        }
        int error = decider.decide(found).map(Errno::number).orElse(0);
        millisTo(end); // a decision that comes late is none
        requireWaiting(waiter);
        socket.answer(question.question(), error);
    }

    private void awaitMessage(long end, Waiter waiter) {
        int millis = (int) Math.max(0, Math.min(millisTo(end), BLOCKS_MILLIS));
        if (isNear ? socket.hasInputHere(millis) : socket.hasInput(millis)) {
            return;
        }
        Blocked blocked = waiter.beginBlocking(this::letGo);
        try (blocked) {
            while (!socket.hasInput((int) Math.min(millisTo(end), LOOK_AGAIN_MILLIS))) {
                if (!waiter.wantsReply()) {
                    throw new ErrnoException(Errno.ECANCELED, "on-behalf call");
                }
            }
        }
    }

    private static long millisTo(long end) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new ErrnoException(Errno.ETIMEDOUT, "on-behalf call");
        }
        return left;
    }

    /**
     * Ends the worker only while it sleeps. A worker that runs may have made the call and be about to reply. Without
     * that reply the agent would make the call again for a caller that was interrupted.
     */
    private void letGo() {
        if (!process.runs()) {
            letGo = true;
            process.kill();
        }
    }
}
