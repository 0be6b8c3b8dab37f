package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.cgroup.Cgroups;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.notify.Listener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** A worker of the helper, for one call. Owns its socket and its pidfd. For use by one thread. */
public final class ExecutorWorker implements AutoCloseable {
    static final ThreadLocal<MessageBuffer> BUFFER = ThreadLocal.withInitial(() -> new MessageBuffer(32 * 1024));

    private static final int SHUT_WR = 1;

    /** Most workers are done sooner. */
    private static final int BLOCKS_MILLIS = 5;

    private static final int LOOK_AGAIN_MILLIS = 1000;
    private static final int ANSWER_SIZE = 16; // struct link
    private static final String OWN_CGROUP = "cgroup.procs";

    /** No path has more links than that, and no worker asks more often. */
    private static final int MAX_QUESTIONS = 256;

    /**
     * How long to wait for a worker's end. One that takes longer has files that take long to close. On a busy machine
     * an ordinary end takes a part of this time.
     */
    private static final int END_MILLIS = 250;

    private final long number;
    private final Fd socket;
    private final WorkerProcess process;
    private final WorkerHome home;
    private boolean asked;
    private boolean replied;
    private boolean ended;
    private volatile boolean letGo;

    /**
     * @param number a number that no other worker of any executor has
     * @param home told when this is closed
     */
    ExecutorWorker(long number, Fd socket, Fd pidfd, WorkerHome home) {
        this.number = number;
        this.socket = socket;
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
        CHECK
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
     * Has the worker do its one call. If another agent has asked it already, this is no second call. So the request
     * must be the same: the reply is that to the first one. The reply stays in the queue until the worker is closed.
     * Until then another agent finds it there.
     *
     * @param deadline how long it may take
     * @param waiter asked every second, and after something was opened for the worker; the worker ends early if the
     *     waiter no longer wants the reply
     * @param decider asked before the call takes effect; if it throws, the call is not made
     * @throws ErrnoException EIO if the worker died or sent something that no worker sends; ETIMEDOUT past the
     *     deadline; ECANCELED if nobody waits any more
     */
    public Reply run(
            HelperRequest request,
            AdoptedCaller caller,
            Duration deadline,
            Waiter waiter,
            Optional<? extends Decider> decider) {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            send(request, caller, decider.isPresent());
            asked = true;
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
                receive(BUFFER.get()::receiveBytes); // not sooner: if this process is killed, the next one answers
                message = await(end, waiter);
            }
            return replied(message);
        } catch (ErrnoException e) {
            letGo |= e.errno() == Errno.ECANCELED;
            throw isEnd(e) ? died() : e;
        } finally {
            if (!replied) {
                kill(); // before anybody learns that the call failed, or can make it again
            }
        }
    }

    /** Has the worker do its one call, which nobody decides on. */
    public Reply run(HelperRequest request, AdoptedCaller caller, Duration deadline, Waiter waiter) {
        return run(request, caller, deadline, waiter, Optional.empty());
    }

    /**
     * Waits for the reply to what another agent has asked, for a call that nobody waits for any more. A worker that was
     * not asked yet replies so at once, and one that waits for an answer gets none and replies that it failed. A
     * question that was answered may still be there, with the reply behind it.
     *
     * @return empty if there is none within the time; the worker has been killed then
     */
    public Optional<Reply> awaitReply(Duration deadline) {
        asked = true;
        long end = System.nanoTime() + deadline.toNanos();
        LibC.shutdown(socket.number(), SHUT_WR);
        try {
            WorkerMessage message = await(end, () -> true);
            for (int questions = 0; message.isQuestion() && questions < MAX_QUESTIONS; questions++) {
                receive(BUFFER.get()::receiveBytes);
                message = await(end, () -> true);
            }
            return message.isQuestion() ? Optional.empty() : Optional.of(replied(message));
        } catch (ErrnoException e) {
            return Optional.empty();
        } finally {
            if (!replied) {
                kill();
            }
        }
    }

    private Reply replied(WorkerMessage message) {
        replied = true;
        // When the caller goes on, the worker should hold nothing of it any more. If the worker does not end in
        // time, nothing more can be done.
        ended = process.endsWithin(END_MILLIS);
        return message.reply();
    }

    /**
     * Whether it was asked for its call and has ended without a reply, so that nobody knows what it has done. One that
     * was let go does not count: its call is to be made again if anybody still wants it.
     */
    public boolean mayHaveCalled() {
        return asked && !replied && !letGo;
    }

    /** A number that no other worker has. */
    public long number() {
        return number;
    }

    private void kill() {
        process.kill();
    }

    private void send(HelperRequest request, AdoptedCaller caller, boolean asks) {
        RequestEncoder encoder = new RequestEncoder(request, caller.forRequest(request), asks);
        MessageBuffer buffer = BUFFER.get();
        if (encoder.size() <= buffer.capacity()) {
            send(encoder, buffer, caller.numbers(request));
            return;
        }
        // The caller has tens of thousands of groups, or the extended attribute is large.
        try (MessageBuffer large = MessageBuffer.once(encoder.size())) {
            send(encoder, large, caller.numbers(request));
        }
    }

    private void send(RequestEncoder encoder, MessageBuffer buffer, int... descriptors) {
        encoder.write(buffer);
        send(buffer, encoder.size(), descriptors);
    }

    /** A worker that another agent has asked may have replied and ended. What it has sent is there all the same. */
    private void send(MessageBuffer buffer, int size, int... descriptors) {
        try {
            buffer.send(socket.number(), size, descriptors);
        } catch (ErrnoException e) {
            if (!isEnd(e)) {
                throw e;
            }
        }
    }

    private WorkerMessage await(long end, Waiter waiter) {
        awaitMessage(end, waiter);
        MessageBuffer.Message message = receive(BUFFER.get()::peekBytes);
        if (message.isEndOfFile()) {
            throw died();
        }
        return WorkerMessage.of(message);
    }

    /** If the worker has ended without receiving all that was sent, the kernel says that first, and only once. */
    private MessageBuffer.Message receive(IntFunction<MessageBuffer.Message> how) {
        try {
            return how.apply(socket.number());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECONNRESET) {
                throw e;
            }
            return how.apply(socket.number());
        }
    }

    private static boolean isEnd(ErrnoException e) {
        return e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET;
    }

    /** Opens what the worker asks for, because it may not open that itself. */
    private void answer(WorkerMessage question, AdoptedCaller caller, Waiter waiter) {
        MessageBuffer buffer = BUFFER.get();
        try (Fd link = question.link().equals(OWN_CGROUP)
                ? Cgroups.ownJoinFile()
                : caller.openMagicLink(question.link(), question.isOfThread())) {
            requireWaiting(waiter);
            send(buffer.putInt(0, 0).putLong(8, question.question()), ANSWER_SIZE, link.number());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ECANCELED) {
                throw e;
            }
            send(buffer.putInt(0, e.errno().number()).putLong(8, question.question()), ANSWER_SIZE);
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
        send(BUFFER.get().putInt(0, error).putLong(8, question.question()), ANSWER_SIZE);
    }

    private static ErrnoException died() {
        return new ErrnoException(Errno.EIO, "the worker died");
    }

    private void awaitMessage(long end, Waiter waiter) {
        if (Poll.hasInput(socket, (int) Math.max(0, Math.min(millisTo(end), BLOCKS_MILLIS)))) {
            return;
        }
        Blocked blocked = waiter.beginBlocking(this::letGo);
        try (blocked) {
            while (!Poll.hasInput(socket, (int) Math.min(millisTo(end), LOOK_AGAIN_MILLIS))) {
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
            kill();
        }
    }

    /**
     * Ends the worker, which may take a while, or for ever. Call it when the call was answered: nobody finds the reply
     * after that.
     *
     * @param leaving keeps the worker until it is gone
     */
    public void close(LeavingWorkers leaving) {
        // Its children have the socket too.
        if (ended && (Poll.await(socket, 0) & Poll.HUP) != 0) {
            closeNow();
            return;
        }
        kill();
        LibC.shutdown(socket.number(), SHUT_WR); // a process that still waits for an answer there gets none
        home.leave(number, leaving.owner());
        leaving.add(process.release(), new Fd(socket.release()), () -> home.release(number));
    }

    /** Ends the worker. After a reply, {@link #run} has already waited a moment for its end. */
    @Override
    public void close() {
        kill();
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
