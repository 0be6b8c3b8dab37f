package io.github.seccompagent.linux.notify;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.util.Optional;

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
    private static final int NOTIFICATION_SIZE = 32;
    private static final int MOST_EVENTS = 36;
    private static final int SIZE = 40;
    private static final int NONE = -1;

    private final NativeBuffer block = new NativeBuffer(SIZE);
    private final NotificationBuffers buffers;
    private boolean answers;

    /**
     * @param buffers where the thread receives
     * @param events where the thread finds what is ready
     */
    public Exchange(NotificationBuffers buffers, Epoll.Ready events) {
        this.buffers = buffers;
        block.putInt(ANSWERING, NONE).putLong(ANSWER, buffers.response.address());
        block.putLong(SLOT, buffers.slotAddress()).putInt(NOTIFICATION_SIZE, buffers.notification.size());
        block.putLong(EVENTS, events.address()).putInt(MOST_EVENTS, Epoll.Ready.CAPACITY);
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
     * @return how many are
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
     * Receives a notification. Blocks while there is none, even after a poll that said there is one. A signal to the
     * thread ends that.
     *
     * @param number of the listener, which the slot has beside the notification
     * @return empty if the call went away in the meantime, or a signal came
     * @throws ErrnoException if nothing can be received at all
     */
    public Optional<Notification> receive(Listener listener, int number) {
        answers = false;
        int error = -Crossing.receive(block.address(), listener.number(), number);
        if (error == 0) {
            return Optional.of(buffers.read());
        }
        if (error == Errno.ENOENT.number() || error == Errno.EINTR.number()) {
            return Optional.empty();
        }
        throw LibC.failure(error, "SECCOMP_IOCTL_NOTIF_RECV");
    }
}
