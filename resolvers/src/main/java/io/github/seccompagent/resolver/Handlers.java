package io.github.seccompagent.resolver;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.api.TargetString;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handlers that come with the agent, for the {@link io.github.seccompagent.api.HandlerRegistry} of any program. All
 * are safe for use by several threads and several containers.
 */
public final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

    private Handlers() {}

    /** For the mkdir family: makes the folder on behalf, and appends {@code suffix} to its name. */
    public static SyscallHandler mkdirWithSuffix(String suffix) {
        return call -> call.onBehalf().mkdir(call.path(0).withSuffix(suffix), call.mode(1));
    }

    /** For mount: mounts on behalf what {@code policy} grants. See {@link MountPolicy#addTo}. */
    public static SyscallHandler mount(MountPolicy policy) {
        return new MountHandler(policy);
    }

    /**
     * For the umount family: takes off what was mounted on behalf in this container. Serves the callers to whom {@code
     * policy} grants mounts. The kernel executes the calls of all others.
     */
    public static SyscallHandler umount(MountPolicy policy) {
        return call -> policy.grantsTo(call.credentials())
                ? call.onBehalf().umount(call.path(0), (int) call.argument(1))
                : Response.proceed();
    }

    /** For the chmod family: changes the mode on behalf, as the caller asked. */
    public static SyscallHandler chmod() {
        return call -> call.onBehalf().chmod(call.path(0), call.mode(1), (int) call.argument(2));
    }

    /**
     * For the mknod family: makes the nodes of {@code devices} on behalf of callers that are root in their container,
     * even without CAP_MKNOD. All other nodes are made on behalf with the caller's own privileges.
     */
    public static SyscallHandler mknod(Set<Device> devices) {
        return new MknodHandler(devices);
    }

    /**
     * Makes the calls of a family on behalf, as their callers made them and with the callers' own privileges. It never
     * answers {@link Response#proceed}. So it can stand behind a decision on where a path leads, which is made with
     * {@link NotifiedCall#onBehalf(io.github.seccompagent.api.PathCheck)}. What cannot be made this way fails with
     * EPERM: mounts of proc, sysfs and FUSE, for example.
     *
     * @return empty if calls of that family cannot be made on behalf
     */
    public static Optional<SyscallHandler> asCaller(String family) {
        return Optional.ofNullable(AsCaller.HANDLERS.get(family));
    }

    /**
     * Delays every call.
     *
     * @param time how long after the call was made {@code next} gets it
     * @param next handles the call after that
     */
    public static SyscallHandler delay(Duration time, SyscallHandler next) {
        return call -> {
            call.delay(time);
            return next.handle(call);
        };
    }

    /**
     * For execve: delays the execution of exactly the file {@code fileName}, as the caller wrote it. Other calls go to
     * {@code next} at once, also those whose name cannot be read: the kernel will refuse them.
     */
    public static SyscallHandler delayExec(String fileName, Duration time, SyscallHandler next) {
        TargetString wanted = TargetString.of(fileName);
        return call -> {
            if (isExecOf(call, wanted)) {
                call.delay(time);
            }
            return next.handle(call);
        };
    }

    private static boolean isExecOf(NotifiedCall call, TargetString name) {
        try {
            return call.path(0).name().equals(name);
        } catch (ErrnoException unreadable) {
            return false;
        }
    }

    /**
     * For execve: delays calls of the container's first process until that process is {@code age} old. If a signal
     * interrupts the wait and the call is made again, the wait does not begin again.
     */
    public static SyscallHandler delayStart(Duration age, SyscallHandler next) {
        return call -> {
            if (call.threadId() == call.container().container().pid()) {
                call.awaitAge(age);
            }
            return next.handle(call);
        };
    }

    /** Kills the container, and fails the call with EPERM. See {@link NotifiedCall#killContainer}. */
    public static SyscallHandler killContainer() {
        return killContainer("");
    }

    /** @param logSuffix follows the container's id in the log */
    static SyscallHandler killContainer(String logSuffix) {
        return refusing("killed", logSuffix, NotifiedCall::killContainer);
    }

    /**
     * Freezes the container, and fails the call with EPERM after somebody has thawed it. See {@link
     * NotifiedCall#freezeContainer}.
     */
    public static SyscallHandler freezeContainer() {
        return freezeContainer("");
    }

    /** @param logSuffix follows the container's id in the log */
    static SyscallHandler freezeContainer(String logSuffix) {
        return refusing("frozen", logSuffix, NotifiedCall::freezeContainer);
    }

    private static SyscallHandler refusing(String what, String logSuffix, Consumer<NotifiedCall> action) {
        return call -> {
            String container = call.syscall() + " of thread " + call.threadId() + ": container "
                    + call.container().id() + logSuffix;
            try {
                action.accept(call);
                WARNINGS.log(call.account(), () -> container + " is " + what);
            } catch (ErrnoException e) {
                ERRORS.log(call.account(), () -> container + " cannot be " + what + ": " + e.getMessage());
            }
            return Response.failure(Errno.EPERM);
        };
    }
}
