package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import java.util.Set;

/**
 * Makes every notified call that can be made on behalf, as its caller made it. The kernel executes the rest. A
 * container then behaves as without an agent, which conformance tests check. The kernel also executes open, because
 * programs open files so often; {@code PASS_OPEN=true} in the metadata changes that.
 */
final class PassThrough implements Resolver {
    private static final Set<String> OWN = Set.of("open", "mount", "umount");

    @Override
    public boolean wantsAnnotation(String name) {
        return false;
    }

    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        HandlerRegistry.Builder registry =
                HandlerRegistry.builder().on("mount", PassThrough::mount).on("umount", PassThrough::umount);
        AsCaller.HANDLERS.forEach((family, handler) -> {
            if (!OWN.contains(family)) {
                registry.on(family, handler);
            }
        });
        if (container.metadataValues("PASS_OPEN").contains("true")) {
            registry.on("open", PassThrough::open);
        }
        return registry.build();
    }

    private static Response open(NotifiedCall call) {
        return call.onBehalf().openOrProceed(call.path(0), call.argument(1), call.argument(2), call.argument(3));
    }

    private static Response mount(NotifiedCall call) {
        return AsCaller.isCallersOwn(call) ? Response.proceed() : AsCaller.mountAnyType(call);
    }

    private static Response umount(NotifiedCall call) {
        return AsCaller.needsKernel(call)
                ? Response.proceed()
                : call.onBehalf().umountAsCaller(call.path(0), (int) call.argument(1));
    }
}
