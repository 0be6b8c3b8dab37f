package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.helper.AdoptedCaller;
import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.helper.RequestNumber;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has workers make calls on behalf of targets. Safe for use by several threads. */
final class RequestRunner {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRunner.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final Duration timeout;
    private final BlockedCalls blocked;
    private final Counters counters;
    private final AtomicLong reportedMissing = new AtomicLong();

    RequestRunner(Duration timeout, BlockedCalls blocked, Counters counters) {
        this.timeout = timeout;
        this.blocked = blocked;
        this.counters = counters;
    }

    /**
     * A call that was made.
     *
     * @param mountNamespace where, if it is a mount; 0 if the kernel gives no id
     */
    record Made(Reply reply, long mountNamespace) {}

    /**
     * Has a worker make a call: the one that stays for the caller, or a new one.
     *
     * @throws ErrnoException if it was not made: EBADF if the caller has no such descriptor, ESRCH if nobody waits any
     *     more, otherwise a reason on the agent's side
     */
    Made make(CallEffects effects, HelperRequest request, Optional<PathDecision> decision) {
        WaitingCall call = effects.call();
        try {
            return makeByStaying(effects, request, decision);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EBADF || e.errno() == Errno.ESRCH) {
                throw e; // the caller's own mistake, or nobody waits
            }
            Errno errno = e.errno() == Errno.ETIMEDOUT ? Errno.ETIMEDOUT : Errno.EIO;
            if (call.isValid()) {
                counters.increment(Counter.ON_BEHALF_ERRORS);
                WARNINGS.log(call.account(), () -> call + ": " + e.getMessage() + ", the call fails with " + errno);
            }
            throw new ErrnoException(errno, "the call on behalf");
        }
    }

    /** If the worker that stays does not fit, it has done nothing. */
    private Made makeByStaying(CallEffects effects, HelperRequest request, Optional<PathDecision> decision) {
        Optional<ExecutorWorker> worker = effects.workers().takeStaying(request);
        if (worker.isPresent()) {
            try (AdoptedCaller caller = effects.call().adoptAgain(request)) {
                effects.call().requireValid();
                Optional<Reply> reply = run(worker.get(), request, decision, caller, effects);
                if (reply.isPresent()) {
                    counters.increment(Counter.STAYING_WORKER_CALLS);
                    return new Made(checked(reply.get(), request), 0);
                }
            }
        }
        return makeByNew(effects, request, decision, worker.isPresent());
    }

    private Made makeByNew(
            CallEffects effects, HelperRequest request, Optional<PathDecision> decision, boolean isInstead) {
        CallWorkers workers = effects.workers();
        try (AdoptedCaller caller = effects.call().adopt(request)) {
            effects.call().requireValid();
            ExecutorWorker worker = isInstead ? workers.takeInstead(request) : workers.take(request);
            Optional<Reply> reply = run(worker, request, decision, caller, effects);
            if (reply.isEmpty()) { // one that an agent before has taken
                reply = run(workers.takeInstead(request), request, decision, caller, effects);
            }
            Reply made = checked(reply.orElseThrow(RequestRunner::notARequest), request);
            return new Made(made, request instanceof HelperRequest.Mount ? caller.mountNamespace() : 0);
        }
    }

    private static ErrnoException notARequest() {
        return new ErrnoException(Errno.EIO, "the worker takes no request");
    }

    private Reply checked(Reply reply, HelperRequest request) {
        if (reply.missingCapabilities() != 0) {
            reportMissing(reply.missingCapabilities());
        }
        if (!reply.isOfTheCall() && !(reply.isForTheCaller() && request.undecided())) {
            throw new ErrnoException(Errno.EIO, "the worker failed with " + reply.errno() + " at step " + reply.step());
        }
        return reply;
    }

    private Optional<Reply> run(
            ExecutorWorker worker,
            HelperRequest request,
            Optional<PathDecision> decision,
            AdoptedCaller caller,
            CallEffects effects) {
        boolean mayWait = mayWait(request);
        CallWaiter waiter = new CallWaiter(effects.call(), blocked, mayWait);
        RequestNumber number = effects.workers().requestNumber();
        LOG.debug("{}: request {} to worker {}", effects.call(), number, worker.number());
        try {
            return worker.run(number, request, caller, mayWait ? FOREVER : timeout, waiter, decision);
        } catch (RuntimeException | Error e) { // of the worker, or of the handler's check
            effects.workers().failed();
            if (worker.mayHaveCalled()) {
                effects.record(Effect.uncertain(request.fingerprint()));
            }
            throw e;
        }
    }

    /**
     * Whether a request may wait. Opening a FIFO, a terminal or a file of the caller's own FUSE daemon takes as long as
     * somebody else likes.
     */
    private static boolean mayWait(HelperRequest request) {
        return request instanceof HelperRequest.Open;
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
