package io.github.seccompagent.resolver;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * Makes calls on behalf as their callers made them, with the callers' own privileges. It never leaves a call to the
 * kernel: what cannot be made this way fails with EPERM.
 */
final class AsCaller {
    private static final int XATTR_NAME_MAX = 255;
    private static final int XATTR_SIZE_MAX = 65536;
    private static final int XATTR_FLAGS = 3;
    private static final int RENAME_FLAGS = 7;
    private static final int OBJECT_FLAGS = OnBehalf.AT_SYMLINK_NOFOLLOW | OnBehalf.AT_EMPTY_PATH;
    private static final int UMOUNT_FLAGS = 15;
    private static final int MNT_EXPIRE = 4;

    /** Filesystems that belong to the caller's namespaces, or need a descriptor of the caller. */
    private static final Set<String> CALLERS_OWN =
            Set.of("proc", "sysfs", "mqueue", "cgroup", "cgroup2", "cpuset", "binder", "9p", "autofs", "coda");

    /** By family. */
    static final Map<String, SyscallHandler> HANDLERS = Map.ofEntries(
            Map.entry("mkdir", call -> call.onBehalf().mkdir(call.path(0), call.mode(1))),
            Map.entry("rmdir", call -> call.onBehalf().rmdir(call.path(0))),
            Map.entry("unlink", AsCaller::unlink),
            Map.entry("rename", AsCaller::rename),
            Map.entry("link", AsCaller::link),
            Map.entry("symlink", call -> call.onBehalf().symlink(call.path(0).name(), call.path(1))),
            Map.entry("chmod", AsCaller::chmod),
            Map.entry("chown", AsCaller::chown),
            Map.entry("mknod", call -> call.onBehalf().mknod(call.path(0), call.mode(1), number(call, 2))),
            Map.entry("open", AsCaller::open),
            Map.entry("setxattr", AsCaller::setxattr),
            Map.entry("removexattr", AsCaller::removexattr),
            Map.entry("mount", AsCaller::mount),
            Map.entry("umount", AsCaller::umount));

    private AsCaller() {}

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
        return call.onBehalf().open(call.path(0), call.argument(1), call.argument(2), call.argument(3));
    }

    /** Whether a mount of that type needs the caller itself. */
    static boolean isCallersOwn(NotifiedCall mount) {
        TargetString type = mount.string(2);
        String text = type == null ? "" : new String(type.bytes(), StandardCharsets.ISO_8859_1);
        return CALLERS_OWN.contains(text) || text.startsWith("fuse");
    }

    private static Response mount(NotifiedCall call) {
        if (isCallersOwn(call)) {
            throw new ErrnoException(Errno.EPERM, "a mount of this type, with the caller's own privileges");
        }
        return mountAnyType(call);
    }

    /** The caller of this method has excluded the types of {@link #isCallersOwn}. */
    static Response mountAnyType(NotifiedCall call) {
        TargetString source = call.string(0);
        byte[] data = call.page(4); // before the path, as in the kernel
        return call.onBehalf().mountAsCaller(source, call.path(1), call.string(2), call.argument(3), data);
    }

    /** MNT_EXPIRE asks whether somebody used the mount since the last such call. Only the kernel can do that. */
    static boolean needsKernel(NotifiedCall umount) {
        return (flags(umount, 1, UMOUNT_FLAGS) & MNT_EXPIRE) != 0;
    }

    private static Response umount(NotifiedCall call) {
        if (needsKernel(call)) {
            throw new ErrnoException(Errno.EPERM, "umount with MNT_EXPIRE on behalf");
        }
        return call.onBehalf().umountAsCaller(call.path(0), number(call, 1));
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
