package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.AdoptedCaller;
import io.github.seccompagent.linux.Executor;
import io.github.seccompagent.linux.ExecutorRequest;
import io.github.seccompagent.linux.ExecutorWorker;
import io.github.seccompagent.linux.ExecutorWorker.Reply;
import io.github.seccompagent.linux.OpenFlags;
import io.github.seccompagent.runtime.RestartedCalls.Effect;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has calls made on behalf of targets, and turns what came of it into responses. */
final class OnBehalfExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(OnBehalfExecutor.class);

    private final Executor executor;
    private final Duration timeout;
    private final Counters counters;
    private final RestartedCalls restarted = new RestartedCalls();
    private final AtomicLong reportedMissing = new AtomicLong();

    OnBehalfExecutor(Executor executor, Duration timeout, Counters counters) {
        this.executor = executor;
        this.timeout = timeout;
        this.counters = counters;
    }

    Response perform(HandledCall call, ExecutorRequest request) {
        counters.increment(Counter.ON_BEHALF_CALLS);
        call.beginsOnBehalf(restarted);
        try (AdoptedCaller caller = AdoptedCaller.open(call.visibleThreadId(), request)) {
            call.requireValid();
            return perform(call, request, caller);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EBADF || e.errno() == Errno.ESRCH) {
                throw e; // the caller's own descriptor, or nobody waits
            }
            return failed(call, "cannot adopt its caller: " + e.getMessage(), Errno.EIO);
        }
    }

    private Response perform(HandledCall call, ExecutorRequest request, AdoptedCaller caller) {
        Effect earlier = restarted.take(call.notification(), request);
        try (ExecutorWorker worker = executor.take()) {
            Reply reply = worker.run(request, caller, timeout, call::isValid);
            if (reply.missingCapabilities() != 0) {
                reportMissing(reply.missingCapabilities());
            }
            if (!reply.isOfTheCall()) {
                return failed(call, "the worker failed at step " + reply.step() + ": " + reply.errno(), Errno.EIO);
            }
            if (reply.error() == 0) {
                call.hasEffect(request, reply.object());
            } else if (earlier != null && RestartedCalls.explains(earlier, reply)) {
                counters.increment(earlier.told() ? Counter.POSSIBLY_LOST_ANSWERS : Counter.RESTARTED_CALLS);
                if (!earlier.told()) {
                    call.hasEffect(request, earlier.object());
                    return Response.success();
                }
            }
            return responseOf(request, reply);
        } catch (ErrnoException e) {
            return failed(call, e.getMessage(), e.errno() == Errno.ETIMEDOUT ? Errno.ETIMEDOUT : Errno.EIO);
        }
    }

    private static Response responseOf(ExecutorRequest request, Reply reply) {
        if (reply.fd().isPresent()) {
            long flags = request.numbers().get(0);
            return new Response.AddFd(reply.fd().get().release(), OpenFlags.closeOnExec(flags));
        }
        return reply.error() == 0 ? Response.returnValue(reply.value()) : Response.failure(reply.errno());
    }

    private Response failed(HandledCall call, String reason, Errno errno) {
        if (call.isValid()) {
            counters.increment(Counter.ON_BEHALF_ERRORS);
            LOG.warn("{}: {}, the call fails with {}", call, reason, errno);
        }
        return Response.failure(errno);
    }

    private void reportMissing(long capabilities) {
        counters.increment(Counter.MISSING_CAPABILITIES);
        long known = reportedMissing.getAndUpdate(reported -> reported | capabilities);
        if ((capabilities & ~known) != 0) {
            LOG.warn(
                    "callers have capabilities that the agent lacks, so their calls are made without: {}",
                    Arrays.stream(Capability.values())
                            .filter(capability -> (capabilities & capability.bit()) != 0)
                            .toList());
        }
    }
}
