package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.process.OpenFiles;
import io.github.seccompagent.linux.syscall.OpenFlags;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls that a handler makes on behalf of one target. */
final class OnBehalfCalls implements OnBehalf {
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;
    private static final int RENAME_WHITEOUT = 4;
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;
    private static final long O_PATH = 010000000;

    private final CallEffects effects;
    private final Optional<PathDecision> decision;
    private final WaitingCall call;
    private final OnBehalfExecutor executor;
    private final MountCalls mounts;

    /** @param decision on each of them, when it is known where its paths lead */
    OnBehalfCalls(CallEffects effects, Optional<PathDecision> decision, OnBehalfExecutor executor, MountCalls mounts) {
        this.effects = effects;
        this.decision = decision;
        call = effects.call();
        this.executor = executor;
        this.mounts = mounts;
    }

    @Override
    public Response mkdir(TargetPath path, int mode) {
        return perform(new HelperRequest.Mkdir(path, mode));
    }

    @Override
    public Response unlink(TargetPath path, int flags) {
        requireOnly(flags, AT_REMOVEDIR);
        return perform(new HelperRequest.Unlink(path, flags));
    }

    @Override
    public Response rename(TargetPath from, TargetPath to, int flags) {
        requireOnly(flags, RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT);
        HelperRequest.Rename request = new HelperRequest.Rename(from, to, flags);
        if (request.isExchange() && flags != RENAME_EXCHANGE) {
            throw invalid();
        }
        return perform(request);
    }

    @Override
    public Response link(TargetPath existing, TargetPath created, int flags) {
        requireOnly(flags, AT_SYMLINK_FOLLOW | AT_EMPTY_PATH);
        return perform(new HelperRequest.Link(existing, created, flags));
    }

    @Override
    public Response symlink(TargetString text, TargetPath created) {
        if (text.length() == 0) {
            throw new ErrnoException(Errno.ENOENT, "a symbolic link to nothing");
        }
        return perform(new HelperRequest.Symlink(text, created));
    }

    @Override
    public Response chmod(TargetPath path, int mode, int flags) {
        requireOnly(flags, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
        return perform(new HelperRequest.Chmod(path, mode, flags));
    }

    @Override
    public Response chown(TargetPath path, int uid, int gid, int flags) {
        requireOnly(flags, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
        return perform(new HelperRequest.Chown(path, uid, gid, flags));
    }

    @Override
    public Response mknod(TargetPath path, int mode, int device) {
        return perform(new HelperRequest.Mknod(path, mode, device, false));
    }

    @Override
    public Response mknodGranted(TargetPath path, int mode, int device) {
        if (!UserGrants.allowDevice(call)) {
            return mknod(path, mode, device);
        }
        return perform(new HelperRequest.Mknod(path, mode, device, true));
    }

    @Override
    public Response open(TargetPath path, long flags, long mode, long resolve) {
        return open(path, flags, mode, resolve, false);
    }

    @Override
    public Response openOrProceed(TargetPath path, long flags, long mode, long resolve) {
        if ((flags & O_PATH) == 0) {
            return open(path, flags, mode, resolve, decision.isEmpty());
        }
        // The flags of openat2 are in the caller's memory, and another thread can change them before the kernel looks.
        return decision.isPresent() && call.syscall().equals("openat2")
                ? Response.failure(Errno.EOPNOTSUPP)
                : Response.proceed();
    }

    private Response open(TargetPath path, long flags, long mode, long resolve, boolean undecided) {
        if ((flags & O_PATH) != 0) {
            return Response.failure(Errno.EOPNOTSUPP);
        }
        long all = OpenFlags.ofCall(flags, call.notification().architecture(), call.syscall());
        return perform(new HelperRequest.Open(path, all, mode, resolve, undecided));
    }

    @Override
    public Response setxattr(TargetPath path, TargetString name, byte[] value, int flags, int atFlags) {
        requireOnly(atFlags, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
        requireOnly(flags, XATTR_CREATE | XATTR_REPLACE);
        requireOpenFile(path, atFlags, true);
        return perform(new HelperRequest.Setxattr(path, name, value, flags, atFlags));
    }

    @Override
    public Response removexattr(TargetPath path, TargetString name, int atFlags) {
        requireOnly(atFlags, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
        requireOpenFile(path, atFlags, false); // the kernel does the same
        return perform(new HelperRequest.Removexattr(path, name, atFlags));
    }

    /**
     * Makes sure that a descriptor was not opened with O_PATH. Extended attributes need that, owners and modes do not.
     */
    private void requireOpenFile(TargetPath path, int atFlags, boolean mayBeCurrentDirectory) {
        boolean isDescriptor = path.name().length() == 0 && (atFlags & AT_EMPTY_PATH) != 0;
        if (isDescriptor && !(mayBeCurrentDirectory && path.directoryFd() == TargetPath.AT_FDCWD)) {
            OpenFiles.requireUsable(call.visibleThreadId(), path.directoryFd());
            call.requireValid();
        }
    }

    private Response perform(HelperRequest request) {
        if (!request.allowsEmptyPath()) {
            request.paths().forEach(OnBehalfCalls::requirePath);
        }
        return executor.perform(effects, request, decision);
    }

    private static void requirePath(TargetPath path) {
        if (path.name().length() == 0) {
            throw new ErrnoException(Errno.ENOENT, "empty path"); // whatever the directory is, as in the kernel
        }
    }

    private static void requireOnly(int flags, int known) {
        if ((flags & ~known) != 0) {
            throw invalid();
        }
    }

    private static ErrnoException invalid() {
        return new ErrnoException(Errno.EINVAL, "flags");
    }

    @Override
    public Response mount(
            @Nullable TargetString source, TargetPath target, String type, long flags, @Nullable TargetString options) {
        requirePath(target);
        if (!UserGrants.allowMount(call, type)) {
            return mountAsCaller(
                    source, target, TargetString.of(type), flags, options == null ? null : options.bytes());
        }
        return mounts.mount(effects, decision, source, target, type, flags, options);
    }

    @Override
    public Response mountAsCaller(
            @Nullable TargetString source,
            TargetPath target,
            @Nullable TargetString type,
            long flags,
            byte @Nullable [] data) {
        return perform(new HelperRequest.MountCall(
                source, MountFlags.haveSourcePath(flags), MountFlags.changeMount(flags), target, type, flags, data));
    }

    @Override
    public Response umount(TargetPath path, int flags) {
        requirePath(path);
        if (!UserGrants.allowUmount(call)) {
            return umountAsCaller(path, flags);
        }
        Response response = mounts.umount(effects, decision, path, flags);
        // The kernel would read the path again. So what somebody decides on is not left to it.
        return decision.isPresent() && response instanceof Response.Continue ? umountAsCaller(path, flags) : response;
    }

    @Override
    public Response umountAsCaller(TargetPath path, int flags) {
        requireOnly(flags, MountFlags.OF_UMOUNT);
        return perform(new HelperRequest.Umount(path, flags));
    }
}
