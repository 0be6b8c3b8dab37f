package io.github.seccompagent.linux.notify;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one thread of a loop deals with the kernel, in as few crossings into native code as there can be: an answer waits
 * here until the thread crosses for another reason, and goes out first then. For use by that thread.
 */
public final class Exchange {
    // struct exchange of exchange.h
    private static final int ANSWERING = 0;
    private static final int SENT = 4;
    private static final int ANSWER = 8;
    private static final int SLOT = 16;
    private static final int EVENTS = 24;
    private static final int GATE = 32;
    private static final int NOTIFICATION_SIZE = 40;
    private static final int MOST_EVENTS = 44;
    private static final int TURN = 48;
    private static final int RECEIVING = 52;
    private static final int LIKELY = 56;
    private static final int LIKELY_NUMBER = 60;
    private static final int LIKELY_KEY = 64;
    private static final int RECEIVED = 72;
    private static final int SIZE = 80;
    private static final int NONE = -1;

    /** What {@link #await} returns if the thread has received from the likely listener. Its turn has begun then. */
    public static final int HAS_RECEIVED = 0x1000000;

    private final NativeBuffer block = new NativeBuffer(SIZE);
    private final NotificationBuffers buffers;

    @SuppressWarnings("UnusedVariable") // native code has their addresses
    private final Object used;

    private boolean answers;
    private @Nullable Listener likely;
    private int likelyNumber;

    /**
     * @param buffers where the thread receives
     * @param events where the thread finds what is ready
     */
    public Exchange(NotificationBuffers buffers, Epoll.Ready events, ReceiveGate gate) {
        this.buffers = buffers;
        used = List.of(events, gate);
        block.putInt(ANSWERING, NONE).putInt(LIKELY, NONE);
        block.putLong(ANSWER, buffers.response.address()).putLong(SLOT, buffers.slotAddress());
        block.putInt(NOTIFICATION_SIZE, buffers.notification.size());
        block.putLong(EVENTS, events.address()).putInt(MOST_EVENTS, Epoll.Ready.CAPACITY);
        block.putLong(GATE, gate.address());
    }

    /** Begins a turn. */
    public void beginTurn() {
        block.putInt(TURN, block.getInt(TURN) + 1);
        VarHandle.fullFence(); // whoever sleeps until a turn begins is woken after that
    }

    /** Ends the turn. Another thread that sees that sees all that was written before. */
    public void endTurn() {
        VarHandle.releaseFence();
        block.putInt(TURN, block.getInt(TURN) + 1);
    }

    /** The number of the turn, which is odd while the thread handles an event. For any thread. */
    public int turn() {
        int turn = block.getInt(TURN);
        VarHandle.acquireFence();
        return turn;
    }

    /** Whether the thread receives, and may be blocked there. For any thread. */
    public boolean isReceiving() {
        VarHandle.acquireFence(); // the last write, and not what was read before
        return block.getInt(RECEIVING) != 0;
    }

    /**
     * Has {@link #await} receive from a listener if that is all that is ready. The listener must stay open until then.
     *
     * @param number of the listener, which the slot has beside the notification
     * @param key that the listener is watched with
     */
    public void expect(Listener listener, int number, long key) {
        if (likely != listener || likelyNumber != number) {
            likely = listener;
            likelyNumber = number;
            block.putInt(LIKELY, listener.number())
                    .putInt(LIKELY_NUMBER, number)
                    .putLong(LIKELY_KEY, key);
        }
    }

    /** Has {@link #await} receive from nobody. */
    public void expectNone() {
        if (likely != null) {
            likely = null;
            block.putInt(LIKELY, NONE);
        }
    }

    /**
     * Has a notification answered at the next crossing. Until then the listener must stay open, and the buffers must
     * not be used for another answer.
     */
    public void answerNext(Listener listener, long id, Response response) {
        Listener.write(buffers, id, response);
        block.putInt(ANSWERING, listener.number());
        answers = true;
    }

    /** Whether an answer waits. */
    public boolean answers() {
        return answers;
    }

    /** Sends the answer that waits, if there is one. */
    public void flush() {
        if (answers) {
            answers = false;
            Crossing.send_answer(block.address());
        }
    }

    /** Whether the kernel has refused the answer that was sent last. */
    public boolean isRefused() {
        return block.getInt(SENT) != 0;
    }

    /** Why. */
    public ErrnoException refusal() {
        return LibC.failure(-block.getInt(SENT), "SECCOMP_IOCTL_NOTIF_SEND");
    }

    /**
     * Waits until a descriptor is ready.
     *
     * @return how many are; or {@link #HAS_RECEIVED}
     */
    public int await(Epoll epoll) {
        answers = false;
        int count = Crossing.await_events(block.address(), epoll.number());
        if (count < 0 && count != -Errno.EINTR.number()) {
            throw LibC.failure(-count, "epoll_wait");
        }
        return Math.max(count, 0);
    }

    /**
     * What {@link #await} has received. As {@link #receive}.
     *
     * @throws ErrnoException if nothing can be received at all
     */
    public Optional<Notification> received() {
        return received(block.getInt(RECEIVED));
    }

    /**
     * Receives a notification. Blocks while there is none, even after a poll that said there is one. A signal to the
     * thread ends that.
     *
     * @param number of the listener, which the slot has beside the notification
     * @return empty if the call went away in the meantime, a signal came, or the loop has stopped
     * @throws ErrnoException if nothing can be received at all
     */
    public Optional<Notification> receive(Listener listener, int number) {
        answers = false;
        return received(Crossing.receive(block.address(), listener.number(), number));
    }

    private Optional<Notification> received(int result) {
        if (result == 0) {
            return Optional.of(buffers.read());
        }
        if (result == -Errno.ENOENT.number() || result == -Errno.EINTR.number()) {
            return Optional.empty();
        }
        throw LibC.failure(-result, "SECCOMP_IOCTL_NOTIF_RECV");
    }
}
