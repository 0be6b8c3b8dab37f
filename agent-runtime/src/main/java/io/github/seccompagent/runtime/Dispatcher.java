package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.Fd;
import io.github.seccompagent.linux.Listener;
import io.github.seccompagent.linux.Notification;
import io.github.seccompagent.linux.Syscall;
import io.github.seccompagent.linux.SyscallTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the handler of a notification, calls it, and sends its response. Every notification gets one. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Response EIO = Response.failure(Errno.EIO);

    private final OnBehalfExecutor onBehalf;
    private final Counters counters;

    Dispatcher(OnBehalfExecutor onBehalf, Counters counters) {
        this.onBehalf = onBehalf;
        this.counters = counters;
    }

    void answer(
            Listener listener,
            ContainerProcessState container,
            HandlerRegistry registry,
            Notification notification,
            LoopThread thread) {
        Syscall syscall = SyscallTable.syscallOf(notification.architecture(), notification.number());
        String what = syscall.name() + " of thread " + notification.threadId() + " in container " + container.id();
        InFlight inFlight = new InFlight(listener, notification.id(), what);
        thread.handles(inFlight);
        HandledCall call = new HandledCall(listener, container, notification, syscall, thread, onBehalf);
        Response response = handle(registry, call, what);
        if (inFlight.claim()) {
            send(listener, thread, notification.id(), response, what);
        } else if (response instanceof Response.AddFd added) {
            new Fd(added.fd()).close();
        }
    }

    private Response handle(HandlerRegistry registry, HandledCall call, String what) {
        try {
            @Nullable Response response =
                    registry.handlerOf(call.syscall(), call.family()).handle(call);
            if (response != null) {
                return response;
            }
            LOG.error("{}: the handler gave no response, the call fails with EIO", what);
        } catch (ErrnoException e) {
            LOG.debug("{}: {}", what, e.getMessage());
            return Response.failure(e.errno());
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            LOG.error("{}: the handler threw, the call fails with EIO", what, e);
        }
        counters.increment(Counter.HANDLER_ERRORS);
        return EIO;
    }

    private void send(Listener listener, LoopThread thread, long id, Response response, String what) {
        try {
            if (listener.send(thread.buffers, id, response)) {
                LOG.debug("{}: {}", what, response);
            } else {
                counters.increment(Counter.STALE_NOTIFICATIONS);
                LOG.debug("{}: went away before its answer", what);
            }
        } catch (ErrnoException e) {
            counters.increment(Counter.SEND_ERRORS);
            LOG.warn("{}: the kernel refuses {}: {}", what, response, e.getMessage());
            listener.send(thread.buffers, id, EIO);
        }
    }
}
