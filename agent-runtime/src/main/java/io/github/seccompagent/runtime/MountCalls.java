package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.mount.Covers;
import io.github.seccompagent.linux.mount.GrantedMount;
import io.github.seccompagent.linux.mount.MountTable;
import io.github.seccompagent.linux.mount.NewMount;
import io.github.seccompagent.linux.process.UserNamespace;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes granted mounts, and takes them off again. */
final class MountCalls {
    private static final Logger LOG = LoggerFactory.getLogger(MountCalls.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    /** The types that a user namespace may mount itself. Where the kernel refuses one of them, the refusal stands. */
    private static final Set<String> OF_USER_NAMESPACES =
            Set.of("proc", "sysfs", "tmpfs", "ramfs", "overlay", "fuse", "devpts");

    private final OnBehalfExecutor executor;
    private final GrantedMounts granted;
    private final Counters counters;
    private final AtomicBoolean overlayRefused = new AtomicBoolean(); // set when that was logged

    MountCalls(OnBehalfExecutor executor, GrantedMounts granted, Counters counters) {
        this.executor = executor;
        this.granted = granted;
        this.counters = counters;
    }

    /** Mounts a new filesystem, with the covers that a runtime would put on it. */
    Response mount(
            CallEffects effects,
            Optional<PathDecision> decision,
            @Nullable TargetString source,
            TargetPath target,
            String type,
            long flags,
            @Nullable TargetString options) {
        if (!MountFlags.describeNewMount(flags)) {
            throw new ErrnoException(Errno.EINVAL, "flags of a mount");
        }
        WaitingCall call = effects.call();
        boolean inUserNamespace = !UserNamespace.isOwn(call.userNamespace());
        MountOptions.requireHarmless(type, options, inUserNamespace);
        TargetString safe = MountOptions.withoutPanic(type, OverlayLayers.splitLayers(type, options));
        NewMount mount = new NewMount(
                type,
                source,
                safe,
                MountFlags.attributes(type.equals("sysfs") ? flags | MountFlags.RDONLY : flags),
                MountFlags.ofSuperblock(flags),
                Covers.of(type),
                !OF_USER_NAMESPACES.contains(base(type)),
                false);
        if (!reserve(call)) {
            reportFull(call);
            return Response.failure(Errno.ENOSPC);
        }
        try (Reservation reservation = new Reservation(call.container().id())) {
            return make(effects, decision, mount, target, inUserNamespace, reservation);
        }
    }

    private void reportFull(WaitingCall call) {
        counters.increment(Counter.MOUNT_LIMIT_HITS);
        if (granted.markRefused(call.container().id())) {
            WARNINGS.log(
                    call.account(),
                    () -> call + ": the container is at its limit of mounts; this and later mounts fail with ENOSPC");
        }
    }

    /** Reserves room for a mount. Before a container is refused, mounts that are gone are no longer counted. */
    private boolean reserve(WaitingCall call) {
        String container = call.container().id();
        if (granted.reserve(container)) {
            return true;
        }
        call.thread().endWork();
        try {
            granted.recount(container).request(() -> forgetGone(call));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ErrnoException(Errno.ESRCH, "the call was answered meanwhile");
        }
        return granted.reserve(container);
    }

    private void forgetGone(WaitingCall call) {
        String container = call.container().id();
        call.beginWork();
        PresentMounts.findGone(call, granted.of(container)).forEach(mount -> granted.remove(container, mount.id()));
    }

    /** The room for a mount that is being made. It is given back unless the mount succeeds. */
    private final class Reservation implements OnBehalfExecutor.Success, AutoCloseable {
        private final String container;
        private boolean committed;

        private Reservation(String container) {
            this.container = container;
        }

        @Override
        public Response of(Reply reply, long namespace) {
            committed = true;
            long id = reply.value();
            if (id == 0) {
                granted.commitUnremovable(container);
            } else {
                // FUSE may give only an id that is not unique. The kernel cannot find a mount by such an id.
                long known = MountTable.isUnique(id) ? namespace : 0;
                granted.commit(container, new GrantedMount(id, reply.device(), known));
            }
            return Response.success();
        }

        @Override
        public void close() {
            if (!committed) {
                granted.release(container);
            }
        }
    }

    /** Makes a mount for which room was reserved. */
    private Response make(
            CallEffects effects,
            Optional<PathDecision> decision,
            NewMount mount,
            TargetPath target,
            boolean inUserNamespace,
            OnBehalfExecutor.Success success) {
        Response response = executor.perform(effects, new HelperRequest.Mount(mount, target), decision, success);
        boolean refused = !effects.isRefused() && response.equals(Response.failure(Errno.EPERM));
        if (refused && mount.type().equals("overlay") && overlayRefused.compareAndSet(false, true)) {
            LOG.warn(
                    "{}: before Linux 5.11 an overlay needs CAP_SYS_ADMIN on the host; these calls fail with EPERM",
                    effects.call());
        }
        // A user namespace may not mount this type itself. The policy names it, so it is granted all the same.
        return refused && inUserNamespace && !OF_USER_NAMESPACES.contains(base(mount.type()))
                ? executor.perform(effects, new HelperRequest.Mount(mount.madeByAgent(), target), decision, success)
                : response;
    }

    /** The type of a filesystem without its subtype. */
    static String base(String type) {
        return type.split("\\.", 2)[0];
    }

    /**
     * Takes off a mount that was granted. Any other mount is left to the kernel: it decides by the caller's own
     * privileges. With a decision the request is always made, whatever was granted: the next agent has to make the same
     * requests in the same order.
     */
    Response umount(CallEffects effects, Optional<PathDecision> decision, TargetPath path, int flags) {
        String container = effects.call().container().id();
        // If no mount is left, this call may be the one that took off the last mount: after a signal the caller makes
        // it again.
        boolean nothingToDo =
                decision.isEmpty() && !granted.hasAny(container) && !executor.mayRepeatEarlier(effects.call());
        if (nothingToDo || (flags & ~(MNT_DETACH | UMOUNT_NOFOLLOW)) != 0) {
            return Response.proceed();
        }
        List<GrantedMount> mounts = granted.of(container);
        HelperRequest request = new HelperRequest.UmountGranted(path, flags, mounts);
        return executor.perform(effects, request, decision, (reply, namespace) -> {
            if (reply.value() == 0) {
                return Response.proceed();
            }
            granted.removeUnlessThere(container, reply.value());
            return Response.success();
        });
    }
}
