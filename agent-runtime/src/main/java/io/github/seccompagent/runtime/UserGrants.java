package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.process.UserNamespace;
import java.util.Set;

/**
 * What may be granted in a user's container, whatever the resolver grants. Nothing may be made with the agent's own
 * privileges. In a user namespace that the user made, the user could give itself the rest.
 */
final class UserGrants {
    /**
     * The types that such a namespace may mount itself, and that a worker builds as the caller. proc and sysfs are
     * missing here, because they are built outside of the container.
     */
    private static final Set<String> MOUNTABLE = Set.of("tmpfs", "ramfs", "overlay", "fuse", "devpts");

    private UserGrants() {}

    /** Whether a mount of that type may be granted to the caller. True for all containers of administrators. */
    static boolean allowMount(WaitingCall call, String type) {
        return call.user().isEmpty() || MOUNTABLE.contains(type.split("\\.", 2)[0]) && isInOwnNamespace(call);
    }

    /** Whether the umount of a granted mount may be granted to the caller. */
    static boolean allowUmount(WaitingCall call) {
        return call.user().isEmpty() || isInOwnNamespace(call);
    }

    /** Whether the node of a device may be granted to the caller. */
    static boolean allowDevice(WaitingCall call) {
        return call.user().isEmpty();
    }

    private static boolean isInOwnNamespace(WaitingCall call) {
        boolean own =
                UserNamespace.isBelowUser(call.visibleThreadId(), call.user().orElseThrow());
        call.requireValid();
        return own;
    }
}
