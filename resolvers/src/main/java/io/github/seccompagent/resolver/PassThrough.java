package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Makes every notified call that can be made on behalf, as its caller made it. The kernel executes the rest. A
 * container then behaves as without an agent, which conformance tests check. The kernel also executes open, because
 * programs open files so often; {@code PASS_OPEN=true} in the metadata changes that.
 */
final class PassThrough implements Resolver {
    private static final int XATTR_NAME_MAX = 255;
    private static final int XATTR_SIZE_MAX = 65536;
    private static final int XATTR_FLAGS = 3;
    private static final int RENAME_FLAGS = 7;
    private static final int OBJECT_FLAGS = OnBehalf.AT_SYMLINK_NOFOLLOW | OnBehalf.AT_EMPTY_PATH;
    private static final int UMOUNT_FLAGS = 15;
    private static final int MNT_EXPIRE = 4;

    /**
     * Filesystems that belong to the caller's namespaces, or need a descriptor of the caller. The kernel mounts these.
     */
    private static final Set<String> LEFT_TO_KERNEL =
            Set.of("proc", "sysfs", "mqueue", "cgroup", "cgroup2", "cpuset", "binder", "9p", "autofs", "coda");

    @Override
    public boolean wantsAnnotation(String name) {
        return false;
    }

    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        HandlerRegistry.Builder registry = HandlerRegistry.builder()
                .on("mkdir", call -> call.onBehalf().mkdir(call.path(0), call.mode(1)))
                .on("rmdir", call -> call.onBehalf().rmdir(call.path(0)))
                .on("unlink", PassThrough::unlink)
                .on("rename", PassThrough::rename)
                .on("link", PassThrough::link)
                .on("symlink", call -> call.onBehalf().symlink(call.path(0).name(), call.path(1)))
                .on("chmod", PassThrough::chmod)
                .on("chown", PassThrough::chown)
                .on("mknod", call -> call.onBehalf().mknod(call.path(0), call.mode(1), number(call, 2)))
                .on("setxattr", PassThrough::setxattr)
                .on("removexattr", PassThrough::removexattr)
                .on("mount", PassThrough::mount)
                .on("umount", PassThrough::umount);
        if (container.metadataValues("PASS_OPEN").contains("true")) {
            registry.on("open", PassThrough::open);
        }
        return registry.build();
    }

    private static int number(NotifiedCall call, int index) {
        return (int) call.argument(index);
    }

    /** The kernel checks flags before anything else, so this must be called first. */
    private static int flags(NotifiedCall call, int index, int known) {
        int flags = number(call, index);
        if ((flags & ~known) != 0) {
            throw new ErrnoException(Errno.EINVAL, "flags of " + call.syscall());
        }
        return flags;
    }

    private static Response unlink(NotifiedCall call) {
        int flags = flags(call, 1, OnBehalf.AT_REMOVEDIR);
        return call.onBehalf().unlink(call.path(0), flags);
    }

    private static Response rename(NotifiedCall call) {
        int flags = flags(call, 2, RENAME_FLAGS);
        return call.onBehalf().rename(call.path(0), call.path(1), flags);
    }

    private static Response link(NotifiedCall call) {
        int flags = flags(call, 2, OnBehalf.AT_SYMLINK_FOLLOW | OnBehalf.AT_EMPTY_PATH);
        return call.onBehalf().link(call.path(0), call.path(1), flags);
    }

    private static Response chmod(NotifiedCall call) {
        OnBehalf onBehalf = call.onBehalf(); // first: ENOSYS if the kernel does not have the call
        int flags = flags(call, 2, OBJECT_FLAGS);
        return onBehalf.chmod(call.path(0), call.mode(1), flags);
    }

    private static Response chown(NotifiedCall call) {
        int flags = flags(call, 3, OBJECT_FLAGS);
        return call.onBehalf().chown(call.path(0), number(call, 1), number(call, 2), flags);
    }

    private static Response open(NotifiedCall call) {
        return call.onBehalf().openOrProceed(call.path(0), call.argument(1), call.argument(2), call.argument(3));
    }

    private static Response mount(NotifiedCall call) {
        TargetString type = call.string(2);
        String text = type == null ? "" : new String(type.bytes(), StandardCharsets.ISO_8859_1);
        if (LEFT_TO_KERNEL.contains(text) || text.startsWith("fuse")) {
            return Response.proceed();
        }
        TargetString source = call.string(0);
        byte[] data = call.page(4); // before the path, as in the kernel
        return call.onBehalf().mountAsCaller(source, call.path(1), type, call.argument(3), data);
    }

    /** MNT_EXPIRE asks whether somebody used the mount since the last such call. Only the kernel can do that. */
    private static Response umount(NotifiedCall call) {
        int flags = flags(call, 1, UMOUNT_FLAGS);
        return (flags & MNT_EXPIRE) != 0 ? Response.proceed() : call.onBehalf().umountAsCaller(call.path(0), flags);
    }

    private static Response setxattr(NotifiedCall call) {
        OnBehalf onBehalf = call.onBehalf();
        int atFlags = flags(call, 5, OBJECT_FLAGS);
        int flags = flags(call, 4, XATTR_FLAGS);
        TargetString name = xattrName(call);
        long size = call.argument(3);
        if (Long.compareUnsigned(size, XATTR_SIZE_MAX) > 0) {
            throw new ErrnoException(Errno.E2BIG, "an extended attribute of " + Long.toUnsignedString(size) + " bytes");
        }
        byte[] value = call.bytes(2, (int) size);
        return onBehalf.setxattr(call.path(0), name, value, flags, atFlags);
    }

    private static Response removexattr(NotifiedCall call) {
        OnBehalf onBehalf = call.onBehalf();
        int atFlags = flags(call, 2, OBJECT_FLAGS);
        TargetString name = xattrName(call);
        return onBehalf.removexattr(call.path(0), name, atFlags);
    }

    private static TargetString xattrName(NotifiedCall call) {
        try {
            TargetString name = call.text(1);
            if (name.length() > 0 && name.length() <= XATTR_NAME_MAX) {
                return name;
            }
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINVAL) { // EINVAL: it is longer than a page
                throw e;
            }
        }
        throw new ErrnoException(Errno.ERANGE, "the name of an extended attribute");
    }
}
