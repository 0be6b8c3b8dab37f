package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.helper.AdoptedCaller;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.helper.Operation;
import io.github.seccompagent.linux.helper.RequestNumber;
import io.github.seccompagent.linux.process.ThreadStat;
import io.github.seccompagent.runtime.RestartedCalls.Answered;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has workers make calls on behalf of targets, and turns the results into responses. */
final class OnBehalfExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(OnBehalfExecutor.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20); // an age is exact to 10 ms
    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final Executor executor;
    private final Duration timeout;
    private final Counters counters;
    private final BlockedCalls blocked;
    private final RestartedCalls restarted;
    private final StayingWorkers staying = new StayingWorkers();
    private final AtomicLong reportedMissing = new AtomicLong();

    OnBehalfExecutor(
            Executor executor, RestartedCalls restarted, Duration timeout, BlockedCalls blocked, Counters counters) {
        this.executor = executor;
        this.restarted = restarted;
        this.timeout = timeout;
        this.blocked = blocked;
        this.counters = counters;
    }

    /** Has the workers. */
    Executor executor() {
        return executor;
    }

    /** Knows what was done for calls that may be made again. */
    RestartedCalls restarted() {
        return restarted;
    }

    /** No worker stays from now on. Those that do are the executor's. */
    void close() {
        staying.close();
    }

    /** The workers that stay for the next calls of a thread. */
    StayingWorkers staying() {
        return staying;
    }

    /** Handles the success of a call, in the mount namespace with that id. */
    interface Success {
        Response of(Reply reply, long mountNamespace);
    }

    private record Made(Reply reply, long mountNamespace) {}

    /** Whether the same thread may have made this call before. */
    boolean mayRepeatEarlier(WaitingCall call) {
        return restarted.hasEffectOf(call.account(), call.visibleThreadId());
    }

    Response perform(CallEffects effects, HelperRequest request, Optional<PathDecision> decision) {
        return perform(effects, request, decision, (reply, mountNamespace) -> Response.returnValue(reply.value()));
    }

    /** @param decision on the request, when it is known where its paths lead */
    Response perform(CallEffects effects, HelperRequest request, Optional<PathDecision> decision, Success success) {
        WaitingCall call = effects.call();
        counters.increment(Counter.ON_BEHALF_CALLS);
        effects.begin();
        effects.setRefused(false);
        Answered earlier = restarted.take(call.account(), call.notification(), request);
        if (earlier != null) {
            effects.repeats(earlier);
        }
        try {
            return perform(effects, request, decision, earlier, success);
        } catch (ErrnoException e) {
            keep(earlier, effects);
            return Response.failure(e.errno());
        } catch (RuntimeException | Error e) { // of the handler's check
            keep(earlier, effects);
            throw e;
        }
    }

    /** Nothing was done, so the earlier effect is still the last one of this thread. */
    private static void keep(@Nullable Answered earlier, CallEffects effects) {
        if (earlier != null && !earlier.delivered()) {
            effects.record(earlier.effect());
        }
    }

    private Response perform(
            CallEffects effects,
            HelperRequest request,
            Optional<PathDecision> decision,
            @Nullable Answered earlier,
            Success success) {
        if (earlier != null && !earlier.delivered()) {
            requireCertain(effects.call(), earlier.effect());
            Optional<Response> done = answerIfDone(effects, request, decision, earlier.effect());
            if (done.isPresent()) {
                return done.get();
            }
        }
        Made made = make(effects, request, decision);
        Reply reply = made.reply;
        if (reply.isForTheCaller()) {
            return Response.proceed();
        }
        boolean done = reply.error() == 0 && !(request instanceof HelperRequest.UmountGranted && reply.value() == 0);
        if (done || reply.isUndelivered()) {
            effects.record(Effect.of(request, reply));
        } else if (earlier != null && RestartedCalls.explains(earlier.effect(), request, reply)) {
            if (!earlier.delivered()) {
                return repeatAnswer(effects, earlier.effect(), Response.success());
            }
            counters.increment(Counter.POSSIBLY_LOST_ANSWERS);
        }
        return reply.error() == 0 ? success.of(reply, made.mountNamespace) : Response.failure(reply.errno());
    }

    /**
     * The caller was to be told of the error, and a signal came first. Whatever the reason of the error was, the call
     * may have been made.
     */
    private void requireCertain(WaitingCall call, Effect earlier) {
        if (earlier.uncertain()) {
            counters.increment(Counter.ON_BEHALF_ERRORS);
            WARNINGS.log(
                    call.account(),
                    () -> call + ": made again after a signal, fails with EIO, since its worker ended while it was made"
                            + " before");
            throw new ErrnoException(Errno.EIO, "whether the call was made before is not known");
        }
    }

    /**
     * The answer to a call that must not be made twice, if its effect is still there. Exchanging two names again would
     * undo the first exchange. The success of an open is a descriptor, and the caller may have it already. A second
     * umount would take off the mount below the first one.
     */
    private Optional<Response> answerIfDone(
            CallEffects effects, HelperRequest request, Optional<PathDecision> decision, Effect earlier) {
        if (request.operation() == Operation.UMOUNT) {
            return Optional.of(repeatAnswer(effects, earlier, Response.success()));
        }
        if (earlier.descriptor().isPresent() && isStillThere(effects, earlier)) {
            int descriptor = earlier.descriptor().getAsInt();
            return Optional.of(repeatAnswer(effects, earlier, Response.returnValue(descriptor)));
        }
        if (!request.makesFile() && !request.isOnce()) {
            return Optional.empty();
        }
        Reply found = look(effects, request.lookAtObject());
        if (!earlier.isObject(found.object())) {
            return Optional.empty();
        }
        return Optional.of(
                request instanceof HelperRequest.Open open
                        ? openAgain(effects, open, decision, earlier)
                        : repeatAnswer(effects, earlier, Response.success()));
    }

    /** Whether the caller still has the descriptor that it was given without learning its number. */
    private boolean isStillThere(CallEffects effects, Effect earlier) {
        try {
            HelperRequest look = HelperRequest.Look.at(earlier.descriptor().getAsInt());
            return earlier.isObject(look(effects, look).object());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EBADF) {
                return false;
            }
            throw e;
        }
    }

    /** Nobody decides on a look: it changes nothing, and the caller does not learn what was seen. */
    private Reply look(CallEffects effects, HelperRequest look) {
        return make(effects, look, Optional.empty()).reply;
    }

    /** Opens the file that an earlier call made, because the caller has no descriptor of it. */
    private Response openAgain(
            CallEffects effects, HelperRequest.Open request, Optional<PathDecision> decision, Effect earlier) {
        Reply opened = make(effects, request.ofExisting(), decision).reply;
        if (opened.error() != 0) {
            effects.record(earlier);
            return Response.failure(opened.errno());
        }
        // Somebody may have put another file there since the look. Then the caller has a descriptor of that file
        // without knowing it. The answer is the one that it would have got without the signal.
        return earlier.isObject(opened.object())
                ? repeatAnswer(effects, earlier.withDescriptorOf(opened), Response.returnValue(opened.value()))
                : Response.failure(Errno.EEXIST);
    }

    /** Answers with the success of the earlier call. */
    private Response repeatAnswer(CallEffects effects, Effect earlier, Response answer) {
        counters.increment(Counter.RESTARTED_CALLS);
        effects.record(earlier);
        return answer;
    }

    /**
     * Has a worker make a call.
     *
     * @throws ErrnoException if it was not made: EBADF if the caller has no such descriptor, ESRCH if nobody waits any
     *     more, otherwise a reason on the agent's side
     */
    private Made make(CallEffects effects, HelperRequest request, Optional<PathDecision> decision) {
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
            Reply made = checked(reply.orElseThrow(OnBehalfExecutor::notARequest), request);
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
        Waiter waiter = new Waiter(effects.call(), mayWait);
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

    /**
     * A file system such as FUSE does what it was asked for, although a signal came meanwhile. The kernel itself would
     * wait for it, and the caller would be told. So only an open is let go when a signal has come. Everything else is
     * let go when the caller's thread is gone.
     */
    private final class Waiter implements ExecutorWorker.Waiter {
        private final WaitingCall call;
        private final boolean mayWait;
        private final long begun = System.nanoTime();

        private Waiter(WaitingCall call, boolean mayWait) {
            this.call = call;
            this.mayWait = mayWait;
        }

        @Override
        public boolean isWaiting() {
            return call.isValid();
        }

        @Override
        public boolean wantsReply() {
            return isWaiting() || !mayWait && isThreadThere();
        }

        private boolean isThreadThere() {
            try {
                ThreadStat thread = ThreadStat.of(call.visibleThreadId());
                // One that is younger than the request has only the number.
                return !thread.hasEnded() && thread.age().toNanos() + TICK_NANOS >= System.nanoTime() - begun;
            } catch (ErrnoException gone) {
                return false;
            }
        }

        @Override
        public ExecutorWorker.Blocked beginBlocking(Runnable letGo) {
            ExecutorWorker.Blocked blocking = blocked.begin(call, () -> {
                if (!wantsReply()) {
                    letGo.run();
                }
            });
            call.thread().setWaiting(mayWait);
            return () -> {
                blocking.close();
                call.thread().setWaiting(false);
            };
        }
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
