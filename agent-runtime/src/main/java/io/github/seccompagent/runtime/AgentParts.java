package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import io.github.seccompagent.linux.peer.StateReceiver;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of an agent, put together. Owns all of them once it is made. */
record AgentParts(
        Counters counters,
        Watch watch,
        OnBehalfExecutor onBehalf,
        Executor executor,
        EventLoop loop,
        Watchdog watchdog,
        Housekeeper housekeeper,
        BlockedCalls blocked,
        Admission admission,
        Delays delays,
        RestartedCalls restarted,
        GrantedMounts mounts,
        KeptContainers kept,
        Containers containers,
        Handshakes handshakes) {
    private static final Logger LOG = LoggerFactory.getLogger(AgentParts.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final int MORE_THREADS = 8; // one waits on the kernel, the others are spare

    /** How many threads may handle calls. */
    static int threads(Configuration configuration) {
        return configuration.maxInFlight() + configuration.maxDelayed() + MORE_THREADS;
    }

    /**
     * Makes all of them. If that fails, the executor is still the caller's, and nothing else is left.
     *
     * @param slots one for each thread
     * @param restarted owned only if this does not fail
     */
    static AgentParts make(
            Configuration configuration,
            Resolver resolver,
            PeerPolicy policy,
            Executor executor,
            Slots slots,
            RestartedCalls restarted,
            KeptContainers kept,
            KeptConnections connections) {
        Doze ofWatchdog = new Doze();
        Doze ofHousekeeper = new Doze();
        EventLoop loop = new EventLoop(slots, ofWatchdog::wake, ofHousekeeper::wake);
        try {
            return make(
                    configuration,
                    resolver,
                    policy,
                    executor,
                    loop,
                    ofWatchdog,
                    ofHousekeeper,
                    restarted,
                    kept,
                    connections);
        } catch (RuntimeException | Error e) {
            loop.close();
            throw e;
        }
    }

    private static AgentParts make(
            Configuration configuration,
            Resolver resolver,
            PeerPolicy policy,
            Executor executor,
            EventLoop loop,
            Doze ofWatchdog,
            Doze ofHousekeeper,
            RestartedCalls restarted,
            KeptContainers kept,
            KeptConnections connections) {
        Counters counters = new Counters();
        BlockedCalls blocked = new BlockedCalls();
        Delays delays = new Delays(counters);
        Admission admission = new Admission(
                configuration.maxInFlight(),
                configuration.maxInFlightPerContainer(),
                configuration.reserve(),
                configuration.maxDelayed(),
                ofHousekeeper::wake);
        OnBehalfExecutor onBehalf =
                new OnBehalfExecutor(executor, restarted, configuration.onBehalfTimeout(), blocked, counters);
        GrantedMounts granted = new GrantedMounts(configuration.maxMountsPerContainer());
        Workplaces workplaces = new Workplaces(Runtime.getRuntime().availableProcessors());
        MountCalls mounts = new MountCalls(onBehalf, granted, counters);
        Dispatcher dispatcher = new Dispatcher(new CallServices(onBehalf, mounts, delays, workplaces, counters));
        Containers containers = new Containers(
                new Resolution(resolver, configuration.resolverTimeout(), ofHousekeeper::wake, counters),
                dispatcher,
                admission,
                loop.sources(),
                granted,
                kept,
                LeftCalls.on(loop),
                configuration.maxListeners(),
                configuration.resolverName(),
                counters);
        Handshakes handshakes = new Handshakes(
                loop.sources(),
                policy,
                configuration.handshakeTimeout(),
                configuration.maxStateBytes(),
                counters,
                resolver::wantsAnnotation,
                limits -> new StateReceiver(executor, limits.processes(), limits.patienceMillis()),
                connections,
                containers::add);
        Housekeeper housekeeper = new Housekeeper(
                loop,
                ofHousekeeper,
                admission,
                List.of(
                        handshakes::expire,
                        containers::look,
                        now -> onBehalf.staying().forgetEnded()),
                counters,
                configuration.handlerTimeout());
        Heartbeat heartbeat = new Heartbeat(
                kept.keeper(),
                configuration.longestSilence(),
                loop.sources(),
                housekeeper::rounds,
                ofHousekeeper::wake,
                () -> !admission.isLost());
        return new AgentParts(
                counters,
                dispatcher.watch(),
                onBehalf,
                executor,
                loop,
                new Watchdog(loop, heartbeat, ofWatchdog, Watchdog.LONGEST_ALONE_NANOS),
                housekeeper,
                blocked,
                admission,
                delays,
                restarted,
                granted,
                kept,
                containers,
                handshakes);
    }

    /** Starts the threads. If one does not start, the caller still has to call {@link #close}. */
    void start() {
        watchdog.start();
        housekeeper.start();
        blocked.start();
        loop.start();
    }

    /** Closes all parts. Call it when nothing is accepted any more. */
    void close(Duration grace) {
        Ending.runInOrder(handshakes::closeAll, delays::end, () -> giveUp(loop.stop(grace)), this::closeRest);
    }

    /**
     * Ends all, and leaves the listeners and the calls in flight to the next agent. Nothing may be accepted any more.
     *
     * @param isLast asked after the grace: whether there is no next agent, so that this is as {@link #close}
     */
    void leave(Duration grace, BooleanSupplier isLast) {
        Ending.runInOrder(handshakes::leave, () -> leaveCalls(loop.stop(grace), isLast), this::closeRest);
    }

    /** Closes what no call is handled by any more. */
    private void closeRest() {
        Ending.runInOrder(
                containers::close,
                loop::close,
                watchdog::end,
                housekeeper::end,
                blocked::end,
                onBehalf::close,
                executor::close,
                restarted::close,
                admission::close);
    }

    private void leaveCalls(Collection<LoopThread> busy, BooleanSupplier isLast) {
        if (isLast.getAsBoolean()) {
            delays.end();
            giveUp(busy);
        } else {
            kept.leave();
            loop.leave();
            Ending.forEach(busy, LoopThread::leaveCall);
            executor.leave();
        }
    }

    private static void giveUp(Collection<LoopThread> busy) {
        NotificationBuffers buffers = new NotificationBuffers();
        Ending.forEach(busy, thread -> {
            InFlight call = thread.inFlight();
            if (call != null && call.giveUp(buffers, Errno.EINTR)) {
                WARNINGS.log(call.account(), () -> call + ": fails with EINTR, since the agent ends");
            }
        });
    }
}
