package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.Covers;
import io.github.seccompagent.linux.ExecutorWorker.Reply;
import io.github.seccompagent.linux.GrantedMount;
import io.github.seccompagent.linux.HelperRequest;
import io.github.seccompagent.linux.MountLookup;
import io.github.seccompagent.linux.MountTable;
import io.github.seccompagent.linux.NewMount;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts that are granted, and what takes them off again. */
final class MountCalls {
    private static final Logger LOG = LoggerFactory.getLogger(MountCalls.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    /** What user namespaces may mount themselves: where the kernel refuses that, it has its reasons. */
    private static final Set<String> OF_USER_NAMESPACES =
            Set.of("proc", "sysfs", "tmpfs", "ramfs", "overlay", "fuse", "devpts");

    private final OnBehalfExecutor executor;
    private final GrantedMounts granted;
    private final Counters counters;
    private final AtomicBoolean overlayRefused = new AtomicBoolean(); // and said so
    private final AtomicLong notRemovable = new AtomicLong(); // ids that no mount has

    MountCalls(OnBehalfExecutor executor, GrantedMounts granted, Counters counters) {
        this.executor = executor;
        this.granted = granted;
        this.counters = counters;
    }

    /** A new filesystem, covered where a runtime would cover it. */
    Response mount(
            HandledCall call,
            @Nullable TargetString source,
            TargetPath target,
            String type,
            long flags,
            @Nullable TargetString options) {
        if (!MountFlags.describeNewMount(flags)) {
            throw new ErrnoException(Errno.EINVAL, "flags of a mount");
        }
        boolean inUserNamespace = !call.caller().isInAgentsUserNamespace();
        MountOptions.requireHarmless(type, options, inUserNamespace);
        TargetString safe = MountOptions.withoutPanic(type, OverlayLayers.apart(type, options));
        NewMount mount = new NewMount(
                type,
                source,
                safe,
                MountFlags.attributes(type.equals("sysfs") ? flags | MountFlags.RDONLY : flags),
                MountFlags.ofSuperblock(flags),
                Covers.of(type),
                !OF_USER_NAMESPACES.contains(base(type)),
                false);
        String container = call.containerId();
        if (!begin(call, container)) {
            counters.increment(Counter.MOUNT_LIMIT_HITS);
            if (granted.isFirstRefusal(container)) {
                WARNINGS.log(
                        call.account(),
                        () -> call
                                + ": the container has as many mounts as it may, this and later calls fail with ENOSPC");
            }
            return Response.failure(Errno.ENOSPC);
        }
        return make(call, mount, target, inUserNamespace);
    }

    /** Before a container is told that it has too many, those that are gone do not count any more. */
    private boolean begin(HandledCall call, String container) {
        if (granted.begin(container)) {
            return true;
        }
        call.handling().endsWork();
        try {
            granted.recount(container).request(() -> forgetGone(call, container));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ErrnoException(Errno.ESRCH, "the call was answered meanwhile");
        }
        return granted.begin(container);
    }

    private void forgetGone(HandledCall call, String container) {
        call.beginsToWork();
        PresentMounts.gone(call, granted.of(container)).forEach(mount -> granted.takenOff(container, mount.id()));
    }

    /** Makes a mount for which there is room. */
    private Response make(HandledCall call, NewMount mount, TargetPath target, boolean inUserNamespace) {
        String container = call.containerId();
        boolean[] made = {false};
        try {
            OnBehalfExecutor.Success success = (reply, namespace) -> {
                made[0] = true;
                granted.made(container, grantedMount(namespace, reply));
                return Response.success();
            };
            Response response = executor.perform(call, new HelperRequest.Mount(mount, target), success);
            boolean refused = response.equals(Response.failure(Errno.EPERM));
            if (refused && mount.type().equals("overlay") && overlayRefused.compareAndSet(false, true)) {
                LOG.warn(
                        "{}: before Linux 5.11 no overlay is made with less than CAP_SYS_ADMIN; these calls fail with EPERM",
                        call);
            }
            // A user namespace may not mount it: what the policy names is granted all the same.
            return refused && inUserNamespace && !OF_USER_NAMESPACES.contains(base(mount.type()))
                    ? executor.perform(call, new HelperRequest.Mount(mount.madeByAgent(), target), success)
                    : response;
        } finally {
            if (!made[0]) {
                granted.notMade(container);
            }
        }
    }

    private GrantedMount grantedMount(long namespace, Reply reply) {
        long id = reply.value() != 0 ? reply.value() : notRemovable.decrementAndGet();
        // By an id that is not unique the kernel finds nothing, and that is all that FUSE may have given.
        return new GrantedMount(id, reply.device(), MountTable.isUnique(id) ? namespace : 0);
    }

    /** The type without its subtype. */
    static String base(String type) {
        return type.split("\\.", 2)[0];
    }

    /** Takes off a mount that was granted; anything else is the kernel's to decide by the caller's own privileges. */
    Response umount(HandledCall call, TargetPath path, int flags) {
        String container = call.containerId();
        List<GrantedMount> mounts = granted.of(container);
        // The one that took off the last may be this one, made again after a signal.
        boolean nothingToDo = mounts.isEmpty() && !executor.mayRepeatEarlier(call);
        if (nothingToDo || (flags & ~(MNT_DETACH | UMOUNT_NOFOLLOW)) != 0) {
            return Response.proceed();
        }
        return executor.perform(call, new HelperRequest.UmountGranted(path, flags, mounts), (reply, namespace) -> {
            if (reply.value() == 0) {
                return Response.proceed();
            }
            // Something mounted on it at that moment went in its place.
            if (mounts.stream().filter(mount -> mount.id() == reply.value()).noneMatch(new MountLookup()::finds)) {
                granted.takenOff(container, reply.value());
            }
            return Response.success();
        });
    }
}
