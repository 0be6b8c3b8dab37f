package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the handler of a notification, calls it, and sends its response. Every notification gets one response, whatever
 * the handler does.
 */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final StackTraces TRACES = new StackTraces();
    private static final Response EIO = Response.failure(Errno.EIO);
    private static final Response ETIMEDOUT = Response.failure(Errno.ETIMEDOUT);

    private static final LogLimit REFUSALS = new LogLimit(LOG::info);

    private final CallServices services;
    private final Counters counters;
    private final Watch watch = new Watch();
    private final LateAnswer.Teller refusals = this::refused;

    Dispatcher(CallServices services) {
        this.services = services;
        this.counters = services.counters();
    }

    /** Who watches what is answered. */
    Watch watch() {
        return watch;
    }

    void answer(
            Listener listener,
            ServedContainer container,
            Account account,
            Routes routes,
            Notification notification,
            LoopThread thread) {
        try {
            handle(listener, container, account, routes, notification, thread);
        } catch (Throwable e) { // for example no memory to log what was thrown: the caller waits for an answer
            if (!thread.late.isThere()) {
                sendInstead(listener, notification, thread, EIO);
            }
            throw e;
        }
    }

    /** Fails a call of an account whose handlers do not return. */
    void refuse(
            Listener listener,
            ServedContainer container,
            Account account,
            Routes routes,
            Notification notification,
            LoopThread thread) {
        counters.increment(Counter.REFUSED_CALLS);
        Routes.Route route = routes.of(notification);
        CallObserver observer = watch.observer();
        Sighting sighting = null;
        if (observer != null) {
            WaitingCall waiting = waitingCall(listener, container, account, route, notification, thread);
            HandledCall call = new HandledCall(waiting, route.syscall(), services);
            call.failInstead("the handlers of as many calls as it may have in flight do not return");
            sighting = Sighting.of(observer, waiting, call, routes.registry().owner());
        }
        if (sighting != null) {
            sighting.answer(ETIMEDOUT);
        }
        sendInstead(listener, notification, thread, ETIMEDOUT);
        thread.count(route.syscall().name(), true);
        if (sighting != null) {
            sighting.end(true);
        }
        WARNINGS.log(
                container.account(),
                () -> "container " + container.id() + ": a call fails with ETIMEDOUT, since the handlers of as many "
                        + "calls as it may have in flight do not return");
    }

    private void handle(
            Listener listener,
            ServedContainer container,
            Account account,
            Routes routes,
            Notification notification,
            LoopThread thread) {
        Routes.Route route = routes.of(notification);
        WaitingCall waiting = waitingCall(listener, container, account, route, notification, thread);
        HandledCall call = new HandledCall(waiting, route.syscall(), services);
        InFlight inFlight = new InFlight(waiting);
        thread.setInFlight(inFlight);
        Sighting sighting =
                Sighting.of(watch.observer(), waiting, call, routes.registry().owner());
        boolean delivered = false;
        try {
            Response response = eioIfLost(handle(route.handler(), call, inFlight), call, waiting);
            call.awaitSleep();
            if (inFlight.claim()) {
                if (sighting != null) {
                    sighting.answer(response);
                    delivered = send(waiting, call, response);
                } else if (call.isOverWith(response)) {
                    LOG.debug("{}: {}", call, response);
                    waiting.thread().late.set(waiting, response, refusals);
                } else {
                    delivered = send(waiting, call, response);
                }
                count(call, response, routes, thread);
            } else {
                drop(response);
                countGivenUp(inFlight, call, routes, thread, sighting);
            }
        } finally {
            try {
                if (sighting != null) {
                    sighting.end(delivered || inFlight.givenUp() != null);
                }
            } finally {
                end(call, inFlight, delivered); // whatever an observer does: the thread's next call waits for this
            }
        }
    }

    private static void end(HandledCall call, InFlight inFlight, boolean delivered) {
        if (inFlight.isLeft()) {
            call.leave();
        } else {
            call.end(delivered);
        }
    }

    private WaitingCall waitingCall(
            Listener listener,
            ServedContainer container,
            Account account,
            Routes.Route route,
            Notification notification,
            LoopThread thread) {
        return new WaitingCall(
                listener, container, notification, route.syscall().name(), thread, account, services.workplaces());
    }

    private static void countGivenUp(
            InFlight inFlight, HandledCall call, Routes routes, LoopThread thread, @Nullable Sighting sighting) {
        Errno errno = inFlight.givenUp();
        if (errno == null) {
            return;
        }
        Response response = Response.failure(errno);
        call.failInstead("the handler did not return in time");
        if (sighting != null) {
            sighting.answer(response);
        }
        count(call, response, routes, thread);
    }

    /** Counts a call that was answered, and says why if it was refused. */
    private static void count(HandledCall call, Response response, Routes routes, LoopThread thread) {
        if (!(response instanceof Response.Failure failure)) {
            thread.count(call.syscall(), false);
            return;
        }
        SeenCall.AnsweredBy by = call.answeredBy(response);
        boolean refusal = SeenCall.isRefusal(response, by);
        thread.count(call.syscall(), refusal);
        // The agent's own answers have a line already.
        if (refusal && by == SeenCall.AnsweredBy.HANDLER && LOG.isInfoEnabled()) {
            REFUSALS.log(call.account(), () -> refusal(call, failure, routes));
        }
    }

    private static String refusal(HandledCall call, Response.Failure answer, Routes routes) {
        String reason = call.reason();
        if (routes.registry() == Resolution.FAIL_CLOSED) {
            reason = "its resolver has failed or does not answer";
        } else if (reason.isEmpty()) {
            reason = "its handler answers so";
        }
        String owner = routes.registry().owner();
        return call + (owner.isEmpty() ? "" : ", of " + owner) + ": refused with " + answer.errno() + ": " + reason;
    }

    /** Ends the workers that a slot names, since nobody handles its call again. */
    void endWorkers(NotificationBuffers slot, Account account) {
        CallWorkers.closeLeft(slot, services.onBehalf().executor(), account.leaving());
    }

    /** Ends the workers that stay for threads of a listener. */
    void endStaying(Listener listener) {
        services.onBehalf().staying().end(listener);
    }

    /** Whatever the handler says then, such as CONTINUE, the call could be made a second time. */
    private Response eioIfLost(Response response, HandledCall call, WaitingCall waiting) {
        if (!call.isLost() || !waiting.isValid()) {
            return response;
        }
        counters.increment(Counter.CALLS_LOST_BY_RESTART);
        ERRORS.log(
                call.account(),
                () -> call + ": fails with EIO, since the agent ended while it was made, and the result is not known");
        call.failInstead("the agent ended while it was made, and the result is not known");
        drop(response);
        return EIO;
    }

    private static void drop(Response response) {
        if (response instanceof Response.AddFd added) {
            new Fd(added.fd()).close();
        }
    }

    private Response handle(SyscallHandler handler, HandledCall call, InFlight inFlight) {
        try {
            @Nullable Response response = handler.handle(call);
            if (response != null) {
                return response;
            }
            counters.increment(Counter.HANDLER_ERRORS);
            call.failInstead("the handler gave no response");
            ERRORS.log(call.account(), () -> call + ": the handler gave no response, the call fails with EIO");
        } catch (ErrnoException e) {
            LOG.debug("{}: {}", call, e.getMessage());
            call.failBecause(e.getMessage());
            return Response.failure(e.errno());
        } catch (Throwable e) { // whatever it is, the caller waits for an answer
            if (!inFlight.isLeft()) { // else the handler was interrupted, and the next agent answers
                counters.increment(Counter.HANDLER_ERRORS);
                call.failInstead("the handler threw");
                tryLog(call, e);
            }
        }
        return EIO;
    }

    /** What a handler throws has methods of its own, which may throw too. */
    private static void tryLog(HandledCall call, Throwable thrown) {
        try {
            logThrown(call, thrown);
        } catch (Throwable e) {
            String name = thrown.getClass().getName();
            ERRORS.log(call.account(), () -> call + ": the handler threw, the call fails with EIO: " + name);
        }
    }

    private static void logThrown(HandledCall call, Throwable thrown) {
        if (TRACES.isNew(thrown)) {
            LOG.error("{}: the handler threw, the call fails with EIO", call, thrown);
        } else {
            ERRORS.log(call.account(), () -> call + ": the handler threw, the call fails with EIO: " + thrown);
        }
    }

    /** Called when the kernel has refused an answer that was sent late. */
    private void refused(WaitingCall waiting, Response response, ErrnoException why) {
        if (Listener.isOver(why.errno().number())) {
            counters.increment(Counter.STALE_NOTIFICATIONS);
            LOG.debug("{}: went away before its answer", waiting);
            return;
        }
        counters.increment(Counter.SEND_ERRORS);
        WARNINGS.log(waiting.account(), () -> waiting + ": the kernel refuses " + response + ": " + why.getMessage());
        sendInstead(waiting.listener(), waiting.notification(), waiting.thread(), EIO);
    }

    /** Returns whether the caller got the response. */
    private boolean send(WaitingCall waiting, HandledCall call, Response response) {
        try {
            if (waiting.send(waiting.thread().buffers, response)) {
                LOG.debug("{}: {}", call, response);
                return true;
            }
            counters.increment(Counter.STALE_NOTIFICATIONS);
            LOG.debug("{}: went away before its answer", call);
        } catch (ErrnoException e) {
            counters.increment(Counter.SEND_ERRORS);
            WARNINGS.log(call.account(), () -> call + ": the kernel refuses " + response + ": " + e.getMessage());
            sendInstead(waiting.listener(), waiting.notification(), waiting.thread(), EIO);
        }
        return false;
    }

    private static void sendInstead(
            Listener listener, Notification notification, LoopThread thread, Response response) {
        try {
            listener.send(thread.buffers, notification.id(), response);
        } catch (ErrnoException e) {
            LOG.debug("{}", e.getMessage()); // it can no longer be answered
        }
    }
}
