package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.SyscallHandler;
import java.util.Set;

/**
 * Shows what an agent can do: it grants mounts of proc, gives new folders a suffix, and makes chmod fail with EBADMSG.
 */
final class DemoBasic implements Resolver {
    @Override
    public boolean wantsAnnotation(String name) {
        return false;
    }

    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        HandlerRegistry.Builder registry = HandlerRegistry.builder()
                .on(
                        "mkdir",
                        Handlers.mkdirWithSuffix("-pid-" + container.container().pid()))
                .on("chmod", SyscallHandler.fail(Errno.EBADMSG));
        MountPolicy.of(Set.of("proc")).addTo(registry);
        return registry.build();
    }
}
