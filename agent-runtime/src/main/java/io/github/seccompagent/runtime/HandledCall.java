package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.PathCheck;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.ThreadStat;
import io.github.seccompagent.linux.process.ThreadStatus;
import io.github.seccompagent.linux.process.UserNamespace;
import io.github.seccompagent.linux.syscall.NewerCalls;
import io.github.seccompagent.linux.syscall.Syscall;
import io.github.seccompagent.runtime.SeenCall.AnsweredBy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A call as its handler sees it. */
final class HandledCall implements NotifiedCall {
    private final WaitingCall call;
    private final Syscall syscall;
    private final CallServices services;
    // These are made when they are needed, because a plain answer needs neither.
    private @Nullable CallArguments arguments;
    private @Nullable CallEffects effects;
    private @Nullable Credentials credentials;
    private boolean over;
    private int delays; // how many there were
    private boolean failed; // whether the agent answers in place of the handler
    private String reason = "";
    private @Nullable KnownProcess freezing; // the caller, once it froze the container

    HandledCall(WaitingCall call, Syscall syscall, CallServices services) {
        this.call = call;
        this.syscall = syscall;
        this.services = services;
    }

    private CallArguments arguments() {
        CallArguments known = arguments;
        if (known == null) {
            known = new CallArguments(call, syscall.layout());
            arguments = known;
        }
        return known;
    }

    private CallEffects effects() {
        CallEffects known = effects;
        if (known == null) {
            CallWorkers workers = new CallWorkers(
                    call, services.onBehalf().executor(), services.onBehalf().staying());
            if (over) {
                workers.leave(); // the slot is another call's by now
            }
            known = new CallEffects(call, workers, services.onBehalf().restarted());
            effects = known;
        }
        return known;
    }

    /** Whether there can be a worker of the call: one that it has taken, or one of the agent before. */
    private boolean mayHaveWorkers() {
        return effects != null || call.thread().buffers.worker(0) != 0;
    }

    @Override
    public long id() {
        return call.notification().id();
    }

    @Override
    public String syscall() {
        return syscall.name();
    }

    @Override
    public String family() {
        return syscall.family();
    }

    @Override
    public String architecture() {
        Architecture architecture = call.notification().architecture();
        return architecture == null ? "" : architecture.label();
    }

    @Override
    public int threadId() {
        return call.threadId();
    }

    @Override
    public boolean isWaiting() {
        return call.isValid();
    }

    @Override
    public ContainerProcessState container() {
        return call.container().state();
    }

    @Override
    public String account() {
        return call.account();
    }

    @Override
    public long argument(int index) {
        return arguments().number(index);
    }

    @Override
    public TargetPath path(int index) {
        return arguments().path(index);
    }

    @Override
    public @Nullable TargetString string(int index) {
        return arguments().string(index);
    }

    @Override
    public byte[] bytes(int index, int length) {
        return arguments().bytes(index, length);
    }

    @Override
    public byte @Nullable [] page(int index) {
        return arguments().page(index);
    }

    @Override
    public Credentials credentials() {
        Credentials known = credentials;
        if (known == null) {
            ThreadStatus status = call.caller();
            String namespace = call.userNamespace();
            boolean root = namespace.equals(call.container().userNamespace())
                    && UserNamespace.isRoot(
                            namespace, call.threadId(), status.user().effective());
            call.requireValid();
            known = new Credentials(status.user(), status.group(), status.effectiveCapabilities(), root);
            credentials = known;
        }
        return known;
    }

    @Override
    public void delay(Duration time) throws InterruptedException {
        delay(first -> first + time.toNanos());
    }

    @Override
    public void awaitAge(Duration age) throws InterruptedException {
        Duration left = age.minus(ThreadStat.of(call.visibleThreadId()).age());
        call.requireValid();
        delay(first -> System.nanoTime() + left.toNanos());
    }

    private void delay(LongUnaryOperator end) throws InterruptedException {
        effects().awaitEarlier();
        services.delays().await(call, delays++, end);
        effects().begin(); // the thread's next call waits until it is known whether this one was answered
    }

    @Override
    public void killContainer() {
        int threadId = call.visibleThreadId(); // outside, the first process's pid is wrong too
        countErrors(() -> {
            call.container().requireContains(threadId);
            call.requireValid();
            call.container().kill();
        });
    }

    @Override
    public void freezeContainer() {
        KnownProcess caller = KnownProcess.of(call.visibleThreadId());
        effects().begin();
        countErrors(() -> {
            call.container().requireContains(caller.id());
            call.requireValid(); // a call that went away asks for nothing
            freezing = caller;
            call.container().freezer().freezeFor(caller, call.notification());
        });
    }

    private void countErrors(Runnable action) {
        try {
            action.run();
        } catch (ErrnoException e) {
            services.counters().increment(Counter.ACTION_ERRORS);
            throw e;
        }
    }

    @Override
    public OnBehalf onBehalf() {
        return onBehalf(Optional.empty());
    }

    @Override
    public OnBehalf onBehalf(PathCheck check) {
        return onBehalf(Optional.of(new PathDecision(effects(), check)));
    }

    private OnBehalf onBehalf(Optional<PathDecision> decision) {
        if (NewerCalls.isMissing(syscall.name())) {
            throw new ErrnoException(Errno.ENOSYS, syscall.name());
        }
        return new OnBehalfCalls(effects(), decision, services.onBehalf(), services.mounts());
    }

    /** Call it when the handler has an answer. Waits if the caller may be about to leave and make the call again. */
    void awaitSleep() {
        CallEffects known = effects;
        if (known != null && known.areThere() || delays > 0 || freezing != null) {
            call.awaitSleep();
        }
    }

    /** Whether nothing is to be done for it once it has this answer. */
    boolean isOverWith(Response response) {
        return !(response instanceof Response.AddFd)
                && delays == 0
                && freezing == null
                && (effects == null || effects.areNone())
                && call.thread().buffers.worker(0) == 0;
    }

    /** Whether the agent before has done something for it that the handler's answer does not rest on. */
    boolean isLost() {
        return mayHaveWorkers() && effects().workers().isLost();
    }

    /** Notes why the call fails. */
    void failBecause(String why) {
        reason = why;
    }

    /** Notes that the agent answers in place of the handler, and why. */
    void failInstead(String why) {
        failed = true;
        reason = why;
    }

    /** Why the call fails; empty if nobody has said so. */
    String reason() {
        return reason;
    }

    /** Who made an answer. */
    AnsweredBy answeredBy(Response response) {
        if (response instanceof Response.Continue) {
            return AnsweredBy.KERNEL;
        } else if (failed) {
            return AnsweredBy.AGENT;
        }
        return isMadeOnBehalf() ? AnsweredBy.ON_BEHALF : AnsweredBy.HANDLER;
    }

    private boolean isMadeOnBehalf() {
        CallEffects known = effects;
        return known != null && (known.workers().areThere() || known.isRepeated()) && !known.isRefused();
    }

    /** What others may see of the arguments. */
    List<SeenCall.Argument> seenArguments() {
        return arguments().seen();
    }

    /** Call it when the next agent answers the call. */
    void leave() {
        over = true;
        effects().workers().leave();
        call.end();
    }

    /**
     * Call it when the call was answered, or could not be answered.
     *
     * @param delivered whether the caller got the answer
     */
    void end(boolean delivered) {
        try {
            endRepeated(delivered);
        } finally {
            endEffects(delivered);
        }
    }

    private void endRepeated(boolean delivered) {
        if (delays > 0) {
            services.delays().end(call, delivered);
        }
        KnownProcess frozen = freezing;
        if (delivered && frozen != null) {
            call.container().freezer().forget(frozen); // the call will not be made again
        }
    }

    /** Then the thread's next call goes on. */
    private void endEffects(boolean delivered) {
        try {
            if (mayHaveWorkers()) {
                effects().end(delivered);
            }
        } finally {
            over = true;
            call.end();
        }
    }

    @Override
    public String toString() {
        return arguments()
                .firstPath()
                .map(path -> call + ", path " + SeenArguments.shortened(path))
                .orElseGet(call::toString);
    }
}
