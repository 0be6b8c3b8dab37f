package io.github.seccompagent.resolver;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.api.TargetString;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handlers that come with the agent. All are safe for use by several threads and several containers. */
public final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);

    private Handlers() {}

    /** For the mkdir family: makes the folder on behalf, with {@code suffix} behind its name. */
    public static SyscallHandler mkdirWithSuffix(String suffix) {
        return call -> call.onBehalf().mkdir(call.path(0).withSuffix(suffix), call.mode(1));
    }

    /** For mount: mounts on behalf what a policy grants. See {@link MountPolicy#addTo}. */
    public static SyscallHandler mount(MountPolicy policy) {
        return new MountHandler(policy);
    }

    /** For the umount family: takes off, for whom a policy grants mounts, what was mounted on behalf in this container. */
    public static SyscallHandler umount(MountPolicy policy) {
        return call -> policy.grantsTo(call.credentials())
                ? call.onBehalf().umount(call.path(0), (int) call.argument(1))
                : Response.proceed();
    }

    /** For the chmod family: changes the mode on behalf, as the caller asks for it. */
    public static SyscallHandler chmod() {
        return call -> call.onBehalf().chmod(call.path(0), call.mode(1), (int) call.argument(2));
    }

    /**
     * For the mknod family: makes the nodes of some devices on behalf of callers that are root in their user namespace,
     * whether they have CAP_MKNOD or not. All other nodes are made as the caller may.
     */
    public static SyscallHandler mknod(Set<Device> devices) {
        return new MknodHandler(devices);
    }

    /**
     * Waits before it hands the call on.
     *
     * @param time how long
     * @param next what happens then
     */
    public static SyscallHandler delay(Duration time, SyscallHandler next) {
        return call -> {
            call.delay(time);
            return next.handle(call);
        };
    }

    /**
     * For execve: waits before a program is executed by exactly that name, and then hands the call on. A name that cannot be
     * read is for the kernel to refuse.
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
     * For execve: lets the container's first process wait until it has lived for a time. When a signal interrupts the wait,
     * so that the call is made again, that begins nothing anew.
     */
    public static SyscallHandler delayStart(Duration age, SyscallHandler next) {
        return call -> {
            if (call.threadId() == call.container().container().pid()) {
                call.awaitAge(age);
            }
            return next.handle(call);
        };
    }

    /** Kills the container, and fails the call with EPERM. */
    public static SyscallHandler killContainer() {
        return killContainer("");
    }

    /** @param logSuffix behind the container's id in the log */
    static SyscallHandler killContainer(String logSuffix) {
        return refusing("killed", logSuffix, NotifiedCall::killContainer);
    }

    /** Freezes the container, and fails the call with EPERM when it is thawed. */
    public static SyscallHandler freezeContainer() {
        return freezeContainer("");
    }

    /** @param logSuffix behind the container's id in the log */
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
