package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.helper.Operation;
import io.github.seccompagent.runtime.RequestRunner.Made;
import io.github.seccompagent.runtime.RestartedCalls.Answered;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has workers make calls on behalf of targets, and turns the results into responses. */
final class OnBehalfExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(OnBehalfExecutor.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

    private final Executor executor;
    private final Counters counters;
    private final RestartedCalls restarted;
    private final StayingWorkers staying = new StayingWorkers();
    private final RequestRunner runner;

    OnBehalfExecutor(
            Executor executor, RestartedCalls restarted, Duration timeout, BlockedCalls blocked, Counters counters) {
        this.executor = executor;
        this.restarted = restarted;
        this.counters = counters;
        runner = new RequestRunner(timeout, blocked, counters);
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
        Made made = runner.make(effects, request, decision);
        Reply reply = made.reply();
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
        return reply.error() == 0 ? success.of(reply, made.mountNamespace()) : Response.failure(reply.errno());
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
        return runner.make(effects, look, Optional.empty()).reply();
    }

    /** Opens the file that an earlier call made, because the caller has no descriptor of it. */
    private Response openAgain(
            CallEffects effects, HelperRequest.Open request, Optional<PathDecision> decision, Effect earlier) {
        Reply opened = runner.make(effects, request.ofExisting(), decision).reply();
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
}
