package io.github.seccompagent.resolver;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.SyscallHandler;
import java.util.Set;

/** The handlers that come with the agent. All are safe for use by several threads and several containers. */
public final class Handlers {
    private Handlers() {}

    /** For the mkdir family: makes the folder on behalf, with {@code suffix} behind its name. */
    public static SyscallHandler mkdirWithSuffix(String suffix) {
        return call -> call.onBehalf().mkdir(call.path(0).withSuffix(suffix), call.mode(1));
    }

    /**
     * For mount: mounts new filesystems of some types on behalf of callers that are root in their user namespace. All
     * else is left to the kernel, which decides by the caller's own privileges: other types, other callers, and changes of
     * mounts that exist, as binds are.
     *
     * @param types the filesystem types
     */
    public static SyscallHandler mount(Set<String> types) {
        return new MountHandler(types);
    }

    /** Fails every call with {@code errno}. */
    public static SyscallHandler fail(Errno errno) {
        return SyscallHandler.fail(errno);
    }
}
