package io.github.seccompagent.resolver;

import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.util.Set;

/**
 * Handles mknod(2). {@link Handlers#mknod} says what it grants. The whiteout of an overlay, device 0:0, needs no grant:
 * anybody may make one.
 */
final class MknodHandler implements SyscallHandler {
    private static final int PATH = 0;
    private static final int MODE = 1;
    private static final int DEVICE = 2;
    private static final int S_IFMT = 0170000;
    private static final int S_IFCHR = 0020000;

    private final Set<Device> devices;

    MknodHandler(Set<Device> devices) {
        this.devices = Set.copyOf(devices);
    }

    @Override
    public Response handle(NotifiedCall call) {
        int mode = call.mode(MODE);
        int device = (int) call.argument(DEVICE);
        boolean granted = (mode & S_IFMT) == S_IFCHR
                && devices.contains(Device.ofNumber(device))
                && call.credentials().rootInUserNamespace();
        return granted
                ? call.onBehalf().mknodGranted(call.path(PATH), mode, device)
                : call.onBehalf().mknod(call.path(PATH), mode, device);
    }
}
