package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.AdoptedCaller;
import io.github.seccompagent.linux.Executor;
import io.github.seccompagent.linux.ExecutorRequest;
import io.github.seccompagent.linux.ExecutorRequest.Operation;
import io.github.seccompagent.linux.ExecutorWorker;
import io.github.seccompagent.linux.ExecutorWorker.Reply;
import io.github.seccompagent.linux.Fd;
import io.github.seccompagent.linux.OpenFlags;
import io.github.seccompagent.runtime.RestartedCalls.Effect;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has calls made on behalf of targets, and turns what came of it into responses. */
final class OnBehalfExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(OnBehalfExecutor.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

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

    /** What becomes of a call that succeeded, in a mount namespace of that id. */
    interface Success {
        Response of(Reply reply, long mountNamespace);
    }

    private record Made(Reply reply, long mountNamespace) {}

    /** Whether a call could be one that the same thread makes again. */
    boolean mayRepeatEarlier(HandledCall call) {
        return restarted.hasEffectOf(call.visibleThreadId());
    }

    Response perform(HandledCall call, ExecutorRequest request) {
        return perform(call, request, (reply, mountNamespace) -> responseOf(request, reply));
    }

    Response perform(HandledCall call, ExecutorRequest request, Success success) {
        counters.increment(Counter.ON_BEHALF_CALLS);
        call.beginsOnBehalf(restarted);
        Effect earlier = restarted.take(call.notification(), request);
        try {
            return perform(call, request, earlier, success);
        } catch (ErrnoException e) {
            if (earlier != null && !earlier.told()) {
                call.hasEffect(request, earlier.object()); // still the last one that there was
            }
            return Response.failure(e.errno());
        }
    }

    private Response perform(HandledCall call, ExecutorRequest request, @Nullable Effect earlier, Success success) {
        if (earlier != null && !earlier.told()) {
            Optional<Response> done = doneBefore(call, request, earlier);
            if (done.isPresent()) {
                return done.get();
            }
        }
        Made made = make(call, request);
        Reply reply = made.reply;
        boolean done = reply.error() == 0 && !(request.isGrantedUmount() && reply.value() == 0);
        if (done) {
            call.hasEffect(request, reply.object());
        } else if (earlier != null && RestartedCalls.explains(earlier, reply)) {
            if (!earlier.told()) {
                return repeated(call, request, earlier, Response.success());
            }
            counters.increment(Counter.POSSIBLY_LOST_ANSWERS);
        }
        return reply.error() == 0 ? success.of(reply, made.mountNamespace) : Response.failure(reply.errno());
    }

    /**
     * The answer to a call that must not be made again, if what it made is still there: to exchange two names again would
     * undo it, and the success of an open is a descriptor, which is had by another open. What an umount took off is there
     * no more; another one would take off what was below.
     */
    private Optional<Response> doneBefore(HandledCall call, ExecutorRequest request, Effect earlier) {
        if (earlier.tookOffMount()) {
            return Optional.of(repeated(call, request, earlier, Response.success()));
        }
        if (!earlier.madeFile() && !earlier.mayNotBeRepeated()) {
            return Optional.empty();
        }
        Reply found = make(call, earlier.madeFile() ? request.ofExisting() : earlier.lookAtObject()).reply;
        if (found.error() == 0 && earlier.isObject(found.object()) && earlier.madeFile()) {
            return Optional.of(repeated(call, request, earlier, responseOf(request, found)));
        }
        found.fd().ifPresent(Fd::close);
        return earlier.isObject(found.object()) && !earlier.madeFile()
                ? Optional.of(repeated(call, request, earlier, Response.success()))
                : Optional.empty();
    }

    /** The success of the earlier call is the answer. */
    private Response repeated(HandledCall call, ExecutorRequest request, Effect earlier, Response answer) {
        counters.increment(Counter.RESTARTED_CALLS);
        call.hasEffect(request, earlier.object());
        return answer;
    }

    /**
     * Has a worker make a call.
     *
     * @throws ErrnoException if it was not made: EBADF if the caller has no such descriptor, ESRCH if nobody waits any more,
     *     else a reason that lies with the agent
     */
    private Made make(HandledCall call, ExecutorRequest request) {
        try (AdoptedCaller caller = AdoptedCaller.open(call.caller(), request)) {
            call.requireValid();
            Reply reply = make(call, request, caller);
            return new Made(reply, request.operation() == Operation.MOUNT ? caller.mountNamespace() : 0);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EBADF || e.errno() == Errno.ESRCH) {
                throw e; // the caller's own descriptor, or nobody waits
            }
            Errno errno = e.errno() == Errno.ETIMEDOUT ? Errno.ETIMEDOUT : Errno.EIO;
            if (call.isValid()) {
                counters.increment(Counter.ON_BEHALF_ERRORS);
                WARNINGS.log(call.account(), () -> call + ": " + e.getMessage() + ", the call fails with " + errno);
            }
            throw new ErrnoException(errno, "the call on behalf");
        }
    }

    private Reply make(HandledCall call, ExecutorRequest request, AdoptedCaller caller) {
        ExecutorWorker worker = call.take(executor);
        Reply reply = worker.run(request, caller, timeout, call::isValid);
        if (reply.missingCapabilities() != 0) {
            reportMissing(reply.missingCapabilities());
        }
        if (!reply.isOfTheCall()) {
            throw new ErrnoException(Errno.EIO, "the worker failed with " + reply.errno() + " at step " + reply.step());
        }
        return reply;
    }

    private static Response responseOf(ExecutorRequest request, Reply reply) {
        if (reply.fd().isPresent()) {
            long flags = request.numbers().get(0);
            return new Response.AddFd(reply.fd().get().release(), OpenFlags.closeOnExec(flags));
        }
        return Response.returnValue(reply.value());
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
