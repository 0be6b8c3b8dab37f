package io.github.seccompagent.resolver;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.time.Duration;
import java.util.Set;

/** The handlers that come with the agent. All are safe for use by several threads and several containers. */
public final class Handlers {
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
            Thread.sleep(time.toMillis());
            return next.handle(call);
        };
    }

    /** Fails every call with {@code errno}. */
    public static SyscallHandler fail(Errno errno) {
        return SyscallHandler.fail(errno);
    }
}
