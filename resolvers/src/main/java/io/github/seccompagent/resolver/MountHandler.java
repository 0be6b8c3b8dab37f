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

/** Handles mount(2). {@link Handlers#mount} says what it grants. */
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
    private static final long CHANGES_A_MOUNT =
            MS_REMOUNT | MS_BIND | MS_MOVE | MS_UNBINDABLE | MS_PRIVATE | MS_SLAVE | MS_SHARED;

    /** Old programs set this in the upper half of the flags. The kernel removes it before it looks at them. */
    private static final long MAGIC = 0xC0ED0000L;

    private static final long MAGIC_MASK = 0xFFFF0000L;

    private static final long MS_NOSUID = 1 << 1;
    private static final long MS_NODEV = 1 << 2;
    /** These contain no setuid programs and no device nodes. */
    private static final Set<String> PROC_AND_SYSFS = Set.of("proc", "sysfs");

    private final MountPolicy policy;

    MountHandler(MountPolicy policy) {
        this.policy = policy;
    }

    /**
     * {@link Response#proceed} is safe in this method because it grants nothing. So it does not matter what the caller
     * writes into its memory before the kernel reads it again.
     */
    @Override
    public Response handle(NotifiedCall call) {
        long flags = call.argument(FLAGS);
        if ((withoutMagic(flags) & CHANGES_A_MOUNT) != 0) {
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
        if (mayMountItself(call, type)) {
            Response own = call.onBehalf().mountAsCaller(source, target, given, flags, data);
            if (!own.equals(Response.failure(Errno.EPERM))) {
                return own;
            }
        }
        if (!policy.keepsSuidAndDevices() && !PROC_AND_SYSFS.contains(type)) {
            flags |= MS_NOSUID | MS_NODEV;
        }
        return call.onBehalf().mount(source, target, type, flags, data == null ? null : optionsIn(data));
    }

    /**
     * A caller with the capability gets no less than without an agent. FUSE is left out, because its mount needs a
     * descriptor of the caller, and another process does not have that.
     */
    private static boolean mayMountItself(NotifiedCall call, String type) {
        return call.credentials().has(Capability.CAP_SYS_ADMIN)
                && !PROC_AND_SYSFS.contains(type)
                && !type.startsWith("fuse");
    }

    /** The kernel overwrites the last byte of the copied page with a NUL, so this does too. */
    private static TargetString optionsIn(byte[] data) {
        return TargetString.before(Arrays.copyOf(data, Math.min(data.length, PAGE - 1)));
    }

    private static long withoutMagic(long flags) {
        return (flags & MAGIC_MASK) == MAGIC ? flags & ~MAGIC_MASK : flags;
    }
}
