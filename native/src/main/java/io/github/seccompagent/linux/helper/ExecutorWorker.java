package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.notify.Listener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A worker of the helper. It serves one thread of a container, and mostly only one call of it. Owns its socket and its
 * pidfd. For use by one thread at a time.
 */
public final class ExecutorWorker implements AutoCloseable {
    /**
     * How long to wait for a worker's end. One that takes longer has files that take long to close. On a busy machine
     * an ordinary end takes a part of this time.
     */
    private static final int END_MILLIS = 250;

    private final long number;
    private final WorkerSocket socket;
    private final WorkerProcess process;
    private final WorkerHome home;
    private @Nullable WorkerRun last;
    private boolean stays; // since its last reply
    private boolean hasReply; // in the queue
    private boolean ended;

    /**
     * @param number a number that no other worker of any executor has
     * @param home told when this is closed
     */
    ExecutorWorker(long number, Fd socket, Fd pidfd, WorkerHome home) {
        this.number = number;
        this.socket = new WorkerSocket(socket);
        process = new WorkerProcess(pidfd);
        this.home = home;
    }

    /** Which step a worker had reached when it replied, enum step of protocol.h. */
    public enum Step {
        REQUEST,
        CGROUP,
        STAGE,
        NAMESPACES,
        ROOT,
        CREDENTIALS,
        CAPABILITIES,
        LABEL,
        CALL,
        DELIVER,
        CALLER,
        LINK,
        CHECK,
        CHANGED
    }

    /** Somebody who waits for a worker. */
    @FunctionalInterface
    public interface Waiter {
        /** Whether it still waits. */
        boolean isWaiting();

        /**
         * Whether it wants the reply, perhaps although it does not wait. A signal can end the wait of a thread, which
         * then asks for the same again.
         */
        default boolean wantsReply() {
            return isWaiting();
        }

        /**
         * Called when the worker blocks. Any thread may run {@code letGo} once the waiter no longer waits, until the
         * returned object is closed.
         */
        default Blocked beginBlocking(Runnable letGo) {
            return () -> {};
        }
    }

    /** Decides whether a call may take effect, when it is known what it is about to act on. */
    @FunctionalInterface
    public interface Decider {
        /**
         * Decides. It may be asked more than once for a call: what was found can be another file before the call acts
         * on it, and an agent that is killed may have been asked before.
         *
         * @param found what the call acts on, in the order of its paths
         * @return empty if the call may take effect; otherwise the errno that it fails with
         */
        Optional<Errno> decide(List<FoundFile> found);
    }

    /** The time in which a worker blocks. Closing this ends it. */
    public interface Blocked extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * A worker's reply.
     *
     * @param step the step that failed, or {@link Step#CALL}
     * @param error the errno; 0 if all went well
     * @param value what the call returned; for an open, the number of the descriptor that the caller got
     * @param missingCapabilities capabilities of the caller that the worker could not take on
     * @param device the device of a new mount, or of the object
     * @param object the file that the call made, or that was there before it
     */
    public record Reply(
            Step step, int error, long value, long missingCapabilities, long device, Optional<FileIdentity> object) {

        /** Whether the call was made, so that its result belongs to the caller. */
        public boolean isOfTheCall() {
            return step == Step.CALL || step == Step.DELIVER;
        }

        /** Whether a file was opened, but the caller got no descriptor because it no longer waited. */
        public boolean isUndelivered() {
            return step == Step.DELIVER && Listener.isOver(error);
        }

        /** Whether nothing was done, because only the caller itself can make this call correctly. */
        public boolean isForTheCaller() {
            return step == Step.CALLER;
        }

        /** The error. */
        public Errno errno() {
            return LibC.errnoOf(error);
        }
    }

    /**
     * Has the worker make a call. If another agent has sent it the same request already, it makes no second call. So
     * the request must be the same: the reply is that to the first one. The reply stays in the queue until the worker
     * {@link #rest rests} or is closed. Until then another agent finds it there.
     *
     * @param number the same as another agent has given to it
     * @param deadline how long it may take
     * @param waiter asked every second, and after something was opened for the worker; the worker ends early if the
     *     waiter no longer wants the reply
     * @param decider asked before the call takes effect; if it throws, the call is not made
     * @return empty if the worker has ended and nothing was done: it has stayed for the caller's next calls, but the
     *     caller has changed, or has made none for a while
     * @throws io.github.seccompagent.api.ErrnoException EIO if the worker died or sent something that no worker sends;
     *     ETIMEDOUT past the deadline; ECANCELED if nobody waits any more
     */
    public Optional<Reply> run(
            RequestNumber number,
            HelperRequest request,
            AdoptedCaller caller,
            Duration deadline,
            Waiter waiter,
            Optional<? extends Decider> decider) {
        WorkerRun run = new WorkerRun(number, socket, process);
        boolean hasStayed = stays;
        last = run;
        stays = false;
        try {
            return replied(run.run(request, caller, hasStayed, deadline, waiter, decider));
        } finally {
            if (!run.hasReply()) {
                process.kill(); // before anybody learns that the call failed, or can make it again
            }
        }
    }

    /** Has the worker make a call on which nobody decides. */
    public Optional<Reply> run(
            RequestNumber number, HelperRequest request, AdoptedCaller caller, Duration deadline, Waiter waiter) {
        return run(number, request, caller, deadline, waiter, Optional.empty());
    }

    /**
     * Waits for the reply to what another agent has asked, for a call that nobody waits for any more. A worker that was
     * not asked yet says so at once, and one that waits for an answer gets none and replies that it failed.
     *
     * @return empty if there is none within the time, or nothing was done; the worker has been killed then
     */
    public Optional<Reply> awaitReply(RequestNumber number, Duration deadline) {
        WorkerRun run = new WorkerRun(number, socket, process);
        last = run;
        socket.shutDown();
        try {
            return replied(run.awaitLeft(deadline));
        } finally {
            if (!run.hasReply()) {
                process.kill();
            }
        }
    }

    private Optional<Reply> replied(Optional<WorkerMessage> message) {
        if (message.isPresent()) {
            stays = message.get().stays();
            hasReply = true;
            // When the caller goes on, the worker should hold nothing of it any more. If the worker does not end in
            // time, nothing more can be done.
            ended = !stays && process.endsWithin(END_MILLIS);
        }
        return message.map(WorkerMessage::reply);
    }

    /**
     * Whether it was asked for a call and has ended without a reply, so that nobody knows what it has done. One that
     * was let go does not count: its call is to be made again if anybody still wants it.
     */
    public boolean mayHaveCalled() {
        WorkerRun run = last;
        return run != null && run.mayHaveCalled();
    }

    /** A number that no other worker has. */
    public long number() {
        return number;
    }

    /** Whether it stays for the caller's next calls. */
    public boolean stays() {
        return stays;
    }

    /**
     * Call it when the call was answered, and the worker stays: nobody finds the reply after that. It waits for nobody,
     * also if the call came to nothing before the worker was asked.
     */
    public void rest() {
        if (hasReply) {
            socket.drop();
            hasReply = false;
        }
    }

    /** Whether it has ended, after it has stayed for a while. */
    public boolean hasEnded() {
        ended |= process.endsWithin(0);
        return ended && socket.hasNoOtherEnd();
    }

    /**
     * Ends the worker, which may take a while, or for ever. Call it when the call was answered: nobody finds the reply
     * after that.
     *
     * @param leaving keeps the worker until it is gone
     */
    public void close(LeavingWorkers leaving) {
        if (ended && socket.hasNoOtherEnd()) {
            closeNow();
            return;
        }
        if (stays) {
            process.runAnywhere(); // first: then it wakes up where nobody else runs
        }
        process.kill();
        socket.shutDown(); // a process that still waits for an answer there gets none
        home.leave(number, leaving.owner());
        leaving.add(process.release(), socket.release(), () -> home.release(number));
    }

    /** Ends the worker. After a reply, {@link #run} has already waited a moment for its end. */
    @Override
    public void close() {
        process.kill();
        closeNow();
    }

    /** Leaves the worker to the next agent, as it is. */
    public void leave() {
        socket.close();
        process.close();
    }

    private void closeNow() {
        leave();
        home.release(number);
    }
}
