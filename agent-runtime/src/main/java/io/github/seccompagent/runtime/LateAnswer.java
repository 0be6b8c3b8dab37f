package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.notify.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a thread that goes out with the next thing that the thread asks of the kernel. Only answers wait here
 * after which nothing is to be done for their call, and only until the thread waits, receives, or begins anything else.
 * If the thread waits, and the same listener is all that is ready then, it also receives. For use by that thread.
 */
final class LateAnswer {
    private final Exchange exchange;
    private @Nullable ServedListener listener; // it stays open until this is null
    private boolean received;
    private @Nullable WaitingCall call;
    private @Nullable Response response;
    private @Nullable Teller teller;

    /** Who is told that the kernel has refused an answer. */
    interface Teller {
        void refused(WaitingCall call, Response response, ErrnoException why);
    }

    LateAnswer(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Sets the answer. Whoever calls this calls {@link #keepOpen} before the listener can be closed. */
    void set(WaitingCall answered, Response answer, Teller toTell) {
        exchange.answerNext(answered.listener(), answered.notification().id(), answer);
        call = answered;
        response = answer;
        teller = toTell;
    }

    boolean isThere() {
        return exchange.answers();
    }

    /**
     * Has a listener left only when the answer is sent, if the answer is one of that listener.
     *
     * @return false if there is no such answer
     */
    boolean keepOpen(ServedListener served) {
        if (!isThere() || listener != null) {
            return false;
        }
        listener = served;
        return true;
    }

    /** Sends the answer if there is one. */
    void flush() {
        if (isThere()) {
            exchange.flush();
            settle();
        }
    }

    /** Sends the answer, and waits for what is ready. Returns how many are; 0 if it has received. */
    int await(Epoll epoll) {
        ServedListener served = listener;
        if (served == null || !served.expects(exchange)) {
            exchange.expectNone();
        }
        try {
            int count = exchange.await(epoll);
            received = count == Exchange.HAS_RECEIVED;
            return received ? 0 : count;
        } finally {
            settle();
        }
    }

    /** The listener that the thread has received from while it waited; null if none. Whoever takes it leaves it. */
    @Nullable ServedListener received() {
        if (!received) {
            return null;
        }
        received = false;
        ServedListener served = listener;
        listener = null;
        return served;
    }

    /** Call it after whatever may have sent the answer. */
    void settle() {
        ServedListener served = listener;
        if (served == null || isThere()) {
            return;
        }
        try {
            if (exchange.isRefused()) {
                tell(exchange.refusal());
            }
        } finally {
            if (!received) {
                listener = null;
                served.leave();
            }
        }
    }

    /** Sends the answer, and leaves the listener. */
    void end() {
        flush();
        received = false;
        settle();
    }

    private void tell(ErrnoException why) {
        if (teller != null && call != null && response != null) {
            teller.refused(call, response, why);
        }
    }
}
