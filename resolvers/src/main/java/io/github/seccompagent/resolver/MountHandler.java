package io.github.seccompagent.resolver;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** mount(2): {@link Handlers#mount} says what it grants. */
final class MountHandler implements SyscallHandler {
    private static final int SOURCE = 0;
    private static final int TARGET = 1;
    private static final int TYPE = 2;
    private static final int FLAGS = 3;
    private static final int OPTIONS = 4;
    private static final int PAGE = 4096;

    private static final long MS_REMOUNT = 1 << 5;
    private static final long MS_BIND = 1 << 12;
    private static final long MS_MOVE = 1 << 13;
    private static final long MS_UNBINDABLE = 1 << 17;
    private static final long MS_PRIVATE = 1 << 18;
    private static final long MS_SLAVE = 1 << 19;
    private static final long MS_SHARED = 1 << 20;
    private static final long NO_NEW_FILESYSTEM =
            MS_REMOUNT | MS_BIND | MS_MOVE | MS_UNBINDABLE | MS_PRIVATE | MS_SLAVE | MS_SHARED;

    /** Old programs put this into the upper half, where the kernel takes it off before anything else. */
    private static final long MAGIC = 0xC0ED0000L;

    private static final long MAGIC_MASK = 0xFFFF0000L;

    private static final long MS_NOSUID = 1 << 1;
    private static final long MS_NODEV = 1 << 2;
    private static final Set<String> OF_THE_KERNEL =
            Set.of("proc", "sysfs"); // there are no such programs or nodes in them

    private final MountPolicy policy;

    MountHandler(MountPolicy policy) {
        this.policy = policy;
    }

    /**
     * To proceed is safe wherever it is done here: it grants nothing, so it does not matter what the caller puts into its
     * memory before the kernel reads it again.
     */
    @Override
    public Response handle(NotifiedCall call) {
        long flags = call.argument(FLAGS);
        if ((withoutMagic(flags) & NO_NEW_FILESYSTEM) != 0) {
            return Response.proceed();
        }
        TargetString given = call.string(TYPE);
        String type = given == null ? "" : new String(given.bytes(), StandardCharsets.ISO_8859_1);
        if (!policy.grants(type) || !policy.grantsTo(call.credentials())) {
            return Response.proceed();
        }
        TargetString source = call.string(SOURCE);
        byte[] data = call.page(OPTIONS);
        TargetPath target = call.path(TARGET);
        if (mayDoItself(call, type)) {
            Response own = call.onBehalf().mountAsCaller(source, target, given, flags, data);
            if (!own.equals(Response.failure(Errno.EPERM))) {
                return own;
            }
        }
        if (!policy.keepsSuidAndDevices() && !OF_THE_KERNEL.contains(type)) {
            flags |= MS_NOSUID | MS_NODEV;
        }
        return call.onBehalf().mount(source, target, type, flags, data == null ? null : optionsIn(data));
    }

    /** Whoever has the capability gets no less than without an agent. A FUSE takes a descriptor, which no other has. */
    private static boolean mayDoItself(NotifiedCall call, String type) {
        return call.credentials().has(Capability.CAP_SYS_ADMIN)
                && !OF_THE_KERNEL.contains(type)
                && !type.startsWith("fuse");
    }

    /** The kernel puts a NUL at the end of the page that it has copied. */
    private static TargetString optionsIn(byte[] data) {
        return TargetString.before(Arrays.copyOf(data, Math.min(data.length, PAGE - 1)));
    }

    private static long withoutMagic(long flags) {
        return (flags & MAGIC_MASK) == MAGIC ? flags & ~MAGIC_MASK : flags;
    }
}
