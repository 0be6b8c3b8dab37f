package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.ExecutorRequest;
import io.github.seccompagent.linux.NewMount;
import org.jspecify.annotations.Nullable;

/** The calls on behalf of one target. */
final class TargetCalls implements OnBehalf {
    private final HandledCall call;
    private final OnBehalfExecutor executor;

    TargetCalls(HandledCall call, OnBehalfExecutor executor) {
        this.call = call;
        this.executor = executor;
    }

    @Override
    public Response mkdir(TargetPath path, int mode) {
        return executor.perform(call, path, ExecutorRequest.mkdir(path, mode), false);
    }

    @Override
    public Response mount(
            @Nullable TargetString source, TargetPath target, String type, long flags, @Nullable TargetString options) {
        if (!type.equals("proc")) {
            return Response.failure(Errno.ENODEV);
        }
        if (!MountFlags.describeNewMount(flags)) {
            return Response.failure(Errno.EINVAL);
        }
        NewMount mount = new NewMount(
                type,
                source,
                options,
                MountFlags.attributes(flags),
                MountFlags.ofSuperblock(flags),
                ProcCovers.LIKE_A_RUNTIME);
        return executor.perform(call, target, ExecutorRequest.mount(mount, target), true);
    }
}
