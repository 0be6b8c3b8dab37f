package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.notify.Exchange;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener with its container's handlers. Receives its notifications and has them answered. Owns the listener. */
final class ServedListener implements EventSource, Admission.Gate {
    private static final Logger LOG = LoggerFactory.getLogger(ServedListener.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

    private final Listener listener;
    private volatile int kept;
    private final ServedContainer container;
    private final Tally tally;
    private volatile Routes routes;
    private final Dispatcher dispatcher;
    private final Admission admission;
    private final Account account;
    private final EventSources sources;
    private final Counters counters;
    private final Consumer<ServedListener> atEnd;

    // The listener is closed when its last user has left. Before that, another listener must not get the descriptor's
    // number.
    private final AtomicInteger users = new AtomicInteger(1);
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long key; // written by one thread, guarded by this
    private volatile boolean worked; // whether its last call needed longer work

    /**
     * One that is not served yet.
     *
     * @param kept its number with the keeper
     * @param atEnd called once when the listener is closed
     */
    ServedListener(
            Listener listener,
            int kept,
            ServedContainer container,
            Tally tally,
            HandlerRegistry registry,
            Dispatcher dispatcher,
            Admission admission,
            EventSources sources,
            Counters counters,
            Consumer<ServedListener> atEnd) {
        this.listener = listener;
        this.kept = kept;
        this.container = container;
        this.tally = tally;
        this.routes = new Routes(registry);
        this.dispatcher = dispatcher;
        this.admission = admission;
        this.account = admission.account(container.account());
        this.sources = sources;
        this.counters = counters;
        this.atEnd = atEnd;
    }

    ServedContainer container() {
        return container;
    }

    /** What its container was answered. */
    Tally tally() {
        return tally;
    }

    /** From now on its calls have these handlers. */
    void use(HandlerRegistry registry) {
        routes = new Routes(registry);
    }

    boolean hasEnded() {
        return ended.get();
    }

    /**
     * Has it kept that was not. Until that is done, it is not closed.
     *
     * @param store gets the descriptor's number, and returns the number with the keeper
     * @return false if it is not kept, and has not ended
     */
    boolean keep(IntUnaryOperator store) {
        if (!use()) {
            return true;
        }
        try {
            kept = store.applyAsInt(listener.number());
            sources.askForTurn(); // a thread that waits for its next call has the old number
            return kept != KeptContainers.NOT_KEPT;
        } finally {
            leave();
        }
    }

    int kept() {
        return kept;
    }

    HandlerRegistry registry() {
        return routes.registry();
    }

    /** Adds the listener to the loop. */
    void join() {
        // As soon as it is added, a loop thread can be in ready() while the key is not yet set. That thread waits for
        // the key when it needs it.
        synchronized (this) {
            key = sources.add(this);
        }
    }

    private synchronized long key() {
        return key;
    }

    @Override
    public int number() {
        return listener.number();
    }

    @Override
    public void ready(int events, LoopThread thread) {
        if (!use()) {
            return;
        }
        try {
            if ((events & Epoll.IN) != 0) {
                serveOne(thread);
            }
            if ((events & Epoll.HUP) != 0) {
                end("its last task is gone");
            }
        } finally {
            if (!thread.late.keepOpen(this)) {
                leave();
            }
        }
    }

    /** Has a call answered that is in the thread's slot. */
    void answerLeft(LoopThread thread) {
        if (!use()) {
            dispatcher.endWorkers(thread.buffers, account);
            return;
        }
        Admission.Place place = admission.enterBegun(this);
        thread.setPlace(place);
        thread.setTally(tally);
        thread.buffers.countTry(); // before anything of it, for the case that it ends this process
        try {
            dispatcher.answer(listener, container, account, routes, thread.buffers.read(), thread);
        } finally {
            place.leave();
            if (!thread.late.keepOpen(this)) {
                leave();
            }
        }
    }

    /** Called when nobody can handle the call in a slot again. */
    void failLeft(NotificationBuffers slot) {
        counters.increment(Counter.CALLS_LOST_BY_RESTART);
        dispatcher.endWorkers(slot, account);
        try {
            listener.send(new NotificationBuffers(), slot.id(), Response.failure(Errno.EIO));
        } catch (ErrnoException e) {
            WARNINGS.log(container.account(), () -> this + ": " + e.getMessage());
        }
    }

    private void serveOne(LoopThread thread) {
        Admission.Place place = admission.enter(this);
        if (place == null) {
            return;
        }
        thread.setPlace(place);
        try {
            listener.wakeHere(!thread.ready.hasSeveral());
            Optional<Notification> notification = receive(thread);
            if (notification.isPresent()) {
                counters.increment(Counter.NOTIFICATIONS);
                answer(notification.get(), place, thread);
            }
        } finally {
            place.leave();
        }
    }

    /** Has a call answered that the thread has received while it waited. The thread had not left the listener. */
    void answerReceived(LoopThread thread) {
        Admission.Place place = admission.enterReceived(this);
        thread.setPlace(place);
        try {
            listener.wakeHere(true);
            Optional<Notification> notification = received(thread);
            if (notification.isPresent()) {
                counters.increment(Counter.NOTIFICATIONS);
                answer(notification.get(), place, thread);
            }
        } finally {
            place.leave();
            if (place.isPastLimit()) {
                thread.late.flush(); // so the next one is not received before there is room for it
            }
            if (!thread.late.keepOpen(this)) {
                leave();
            }
        }
    }

    private Optional<Notification> received(LoopThread thread) {
        try {
            return thread.exchange.received();
        } catch (ErrnoException e) {
            endUseless(e);
            return Optional.empty();
        }
    }

    private void endUseless(ErrnoException e) {
        WARNINGS.log(container.account(), () -> this + ": " + e.getMessage());
        end("it cannot be received from");
    }

    /** Has a thread that waits receive from this if nothing else is ready. Returns false if it must not. */
    boolean expects(Exchange exchange) {
        long known = key;
        if (known == 0 || worked || hasEnded()) {
            return false;
        }
        exchange.expect(listener, kept, known);
        return true;
    }

    private void answer(Notification notification, Admission.Place place, LoopThread thread) {
        thread.setTally(tally);
        if (place.isRefused()) {
            dispatcher.refuse(listener, container, account, routes, notification, thread);
            return;
        }
        dispatcher.answer(listener, container, account, routes, notification, thread);
        setWorked(thread.hasWorked());
    }

    private Optional<Notification> receive(LoopThread thread) {
        try {
            return thread.exchange.receive(listener, kept);
        } catch (ErrnoException e) {
            endUseless(e);
            return Optional.empty();
        } finally {
            thread.late.settle();
            if (thread.wasGiven()) {
                sources.resume(key()); // the next notification may come
            }
        }
    }

    private void setWorked(boolean now) {
        if (worked != now) {
            worked = now;
        }
    }

    @Override
    public boolean receivesFirst() {
        return !worked;
    }

    @Override
    public boolean expectsWork() {
        return worked;
    }

    @Override
    public void suspend() {
        sources.pause(key());
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void pause() {
        counters.increment(Counter.ADMISSION_WAITS);
        sources.pause(key());
    }

    @Override
    public void resume() {
        sources.resume(key());
    }

    /** Stops serving the listener. It is closed when the last thread has left it. */
    void end(String reason) {
        if (ended.compareAndSet(false, true)) {
            LOG.debug("container {}: listener closed, {}", container.id(), reason);
            sources.remove(key());
            dispatcher.endStaying(listener);
            admission.forget(this);
            leave();
            sources.askForTurn(); // a thread that waits for its next call leaves it then
        }
    }

    private boolean use() {
        int count = users.get();
        while (count != 0 && !users.compareAndSet(count, count + 1)) {
            count = users.get();
        }
        return count != 0;
    }

    /** Called when a user of the listener needs it no longer. */
    void leave() {
        if (users.decrementAndGet() == 0) {
            dispatcher.endStaying(listener); // once more: the call of such a user may have kept one since the end
            listener.close();
            atEnd.accept(this);
        }
    }

    @Override
    public String toString() {
        return "container " + container.id();
    }
}
