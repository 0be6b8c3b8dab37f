package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.notify.Notification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures the way from a notification to its handler and the answer. The call is gone by then, so the kernel only
 * looks for it and refuses the answer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DispatchBenchmark {
    private static final int CHMOD = 90;

    private final SmallContainer container = start();
    private final Executor executor = Executor.start(1);
    private final Listener listener;
    private final ServedContainer served;
    private final Dispatcher dispatcher;
    private final LoopThread thread = newThread();
    private final Account account = new Account("bench");
    private final Routes routes = new Routes(HandlerRegistry.builder()
            .on("mkdir", SyscallHandler.proceed())
            .on("chmod", SyscallHandler.fail(Errno.EBADMSG))
            .build());
    private final Notification notification;

    private static LoopThread newThread() {
        Slots slots = Slots.of(1);
        Slots.Slot slot = slots.take();
        if (slot == null) {
            throw new AssertionError("no slot");
        }
        return new LoopThread(new EventLoop(slots, () -> {}, () -> {}), 1, slot);
    }

    public DispatchBenchmark() {
        listener = Listener.of(container.takeListener());
        int pid = container.pid();
        served = ServedContainer.of(
                new ContainerProcessState(
                        "1.1.0",
                        pid,
                        "",
                        new ContainerProcessState.Container("benchmark", "running", pid, "/", Map.of())),
                OptionalInt.empty());
        notification = new Notification(1, pid, Architecture.X86_64, CHMOD, 0, 0, 0, 0, 0, 0, 0);
        Counters counters = new Counters();
        OnBehalfExecutor onBehalf = new OnBehalfExecutor(
                executor, new RestartedCalls(KeptEffects.none()), Duration.ofSeconds(1), new BlockedCalls(), counters);
        Delays delays = new Delays(counters);
        MountCalls mounts = new MountCalls(onBehalf, new GrantedMounts(1), counters);
        dispatcher = new Dispatcher(new CallServices(onBehalf, mounts, delays, new Workplaces(1), counters));
    }

    private static SmallContainer start() {
        try {
            return SmallContainer.start(new SmallContainer.Command(
                    "", "benchmark", "/", List.of("/bin/sleep", "infinity"), Map.of(), List.of("chmod")));
        } catch (SmallContainer.LaunchException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Benchmark
    public void dispatch() {
        dispatcher.answer(listener, served, account, routes, notification, thread);
    }

    @TearDown
    public void end() {
        listener.close();
        container.close();
        executor.close();
    }
}
