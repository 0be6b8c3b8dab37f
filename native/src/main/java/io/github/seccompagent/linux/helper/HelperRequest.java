package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.mount.Covers;
import io.github.seccompagent.linux.mount.GrantedMount;
import io.github.seccompagent.linux.mount.NewMount;
import io.github.seccompagent.linux.syscall.OpenFlags;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a worker is asked to do. Each record is one operation with the arguments of the call. */
public sealed interface HelperRequest {
    /** The paths that the worker resolves as the caller, one or two. */
    List<TargetPath> paths();

    /** The request as fields of protocol.h. Each call makes a new object. */
    RequestFields fields();

    /** The operation. */
    default Operation operation() {
        return fields().operation();
    }

    /** Whether its first path may be empty. It then means the descriptor that it starts from. */
    default boolean allowsEmptyPath() {
        return false;
    }

    /** Whether an absolute path needs its directory too. */
    default boolean alwaysHasDirectory() {
        return false;
    }

    /**
     * Whether it does something that its caller may not do. Then the LSM profile of the caller does not apply either,
     * because such a profile mostly forbids all mounts.
     */
    default boolean isGranted() {
        return false;
    }

    /**
     * The paths of what it removes or renames. If that is a mount point, the call depends on the mount namespace of
     * whoever makes it.
     */
    default List<TargetPath> removed() {
        return List.of();
    }

    /**
     * Whether a worker that makes it may stay for the caller's next calls, or may have stayed. None that was granted
     * something may.
     */
    default boolean mayStay() {
        return true;
    }

    /** Whether doing it again would undo it, or do it twice. */
    default boolean isOnce() {
        return false;
    }

    /** Whether no decision rests on its path, so that it may be left to the caller. */
    default boolean undecided() {
        return false;
    }

    /** Whether it only opens a file that it makes. Then its success is a descriptor. */
    default boolean makesFile() {
        return false;
    }

    /** A look at the file that it made. */
    default Look lookAtObject() {
        return new Look(paths().get(paths().size() - 1), OnBehalf.AT_SYMLINK_NOFOLLOW);
    }

    /**
     * A fingerprint of everything that the caller asks for, in 64 bits. Two requests do not have the same one by
     * chance. A caller can make two such requests on purpose. Then it only gets the first one's answer for the second.
     */
    default long fingerprint() {
        return fields().fingerprint(paths());
    }

    /**
     * The same, and how it is made counts too. It does not depend on the process of the agent: for the same call, the
     * next agent makes a request with the same one. Where a relative path starts is not a part of it. The caller's
     * other threads can change that meanwhile, and a worker makes one call all the same: what it has made is the
     * answer.
     */
    default long exactFingerprint() {
        return fields().fingerprint(paths());
    }

    /** mkdir(2). */
    record Mkdir(TargetPath path, int mode) implements OfOnePath {
        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.MKDIR, path, mode);
        }
    }

    /** unlinkat(2). */
    record Unlink(TargetPath path, int flags) implements OfOnePath {
        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.UNLINK, path, flags);
        }

        @Override
        public List<TargetPath> removed() {
            return paths();
        }
    }

    /** renameat2(2). */
    record Rename(TargetPath from, TargetPath to, int flags) implements HelperRequest {
        private static final int RENAME_EXCHANGE = 2;

        @Override
        public List<TargetPath> paths() {
            return List.of(from, to);
        }

        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.RENAME, from, flags).path2(to);
        }

        @Override
        public List<TargetPath> removed() {
            return paths();
        }

        @Override
        public boolean isOnce() {
            return isExchange();
        }

        /** Whether the two names change places. */
        public boolean isExchange() {
            return (flags & RENAME_EXCHANGE) != 0;
        }
    }

    /** linkat(2). */
    record Link(TargetPath existing, TargetPath created, int atFlags) implements WithAtFlags {
        @Override
        public List<TargetPath> paths() {
            return List.of(existing, created);
        }

        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.LINK, existing, atFlags).path2(created);
        }
    }

    /** symlinkat(2). */
    record Symlink(TargetString text, TargetPath path) implements OfOnePath {
        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.SYMLINK, path).name(text);
        }
    }

    /** fchmodat2(2). */
    record Chmod(TargetPath path, int mode, int atFlags) implements OfOnePath, WithAtFlags {
        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.CHMOD, path, mode, atFlags);
        }
    }

    /** fchownat(2); the ids are those of the caller's user namespace. */
    record Chown(TargetPath path, int uid, int gid, int atFlags) implements OfOnePath, WithAtFlags {
        @Override
        public RequestFields fields() {
            return RequestFields.of(
                    Operation.CHOWN, path, Integer.toUnsignedLong(uid), Integer.toUnsignedLong(gid), atFlags);
        }
    }

    /**
     * mknodat(2).
     *
     * @param granted whether the caller needs no CAP_MKNOD
     */
    record Mknod(TargetPath path, int mode, int device, boolean granted) implements OfOnePath {
        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.MKNOD, path, mode, Integer.toUnsignedLong(device), granted ? 1 : 0);
        }

        @Override
        public boolean mayStay() {
            return !granted;
        }
    }

    /**
     * openat2(2). The worker gives the caller the descriptor.
     *
     * @param undecided as {@link HelperRequest#undecided}
     */
    record Open(TargetPath path, long flags, long mode, long resolve, boolean undecided) implements OfOnePath {
        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.OPEN, path, flags, mode, resolve);
        }

        /** RESOLVE_IN_ROOT and others start from the directory. */
        @Override
        public boolean alwaysHasDirectory() {
            return resolve != 0;
        }

        @Override
        public boolean makesFile() {
            return OpenFlags.onlyNew(flags);
        }

        /** The open of the file that this one made. */
        public Open ofExisting() {
            return new Open(path, OpenFlags.ofExisting(flags), 0, resolve, false);
        }
    }

    /** Changes nothing. The reply tells which file is there. */
    record Look(TargetPath path, int atFlags) implements OfOnePath, WithAtFlags {
        /** A look at the file of one of the caller's descriptors. */
        public static Look at(int descriptor) {
            return new Look(new TargetPath(descriptor, TargetString.of()), OnBehalf.AT_EMPTY_PATH);
        }

        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.LOOK, path, 0, atFlags);
        }
    }

    /**
     * setxattrat(2).
     *
     * @param flags XATTR_*
     * @param atFlags AT_*
     */
    record Setxattr(TargetPath path, TargetString name, byte[] value, int flags, int atFlags)
            implements OfOnePath, WithAtFlags {
        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.SETXATTR, path, flags, atFlags)
                    .name(name)
                    .value(value);
        }
    }

    /** removexattrat(2). */
    record Removexattr(TargetPath path, TargetString name, int atFlags) implements OfOnePath, WithAtFlags {
        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.REMOVEXATTR, path, 0, atFlags).name(name);
        }
    }

    /** Mounts a new filesystem with some of its paths covered. It moves to its target when it is complete. */
    record Mount(NewMount mount, TargetPath path) implements OfOnePath {
        // MOUNT_*
        private static final int BY_AGENT = 1;
        private static final int MAY_OPEN_DEVICE = 2;

        @Override
        public RequestFields fields() {
            return RequestFields.of(
                            Operation.MOUNT,
                            path,
                            mount.attributes(),
                            mount.superblockFlags(),
                            how(),
                            optionDescriptor().orElse(0))
                    .name(mount.type())
                    .value(mount.source())
                    .options(mount.options())
                    .covers(Covers.encoded(mount.covers()));
        }

        /** Ignores with whose privileges it is made, because the caller does not decide that. */
        @Override
        public long fingerprint() {
            return new Mount(mount.madeByCaller(), path).fields().fingerprint(paths());
        }

        @Override
        public boolean alwaysHasDirectory() {
            return true; // its source starts from there
        }

        @Override
        public boolean isGranted() {
            return true;
        }

        @Override
        public boolean mayStay() {
            return false;
        }

        @Override
        public boolean isOnce() {
            return optionDescriptor().isEmpty(); // FUSE takes a descriptor only once, so nothing is mounted twice
        }

        @Override
        public Look lookAtObject() {
            return new Look(path, 0);
        }

        /** The descriptor of the caller that an option names. */
        public OptionalInt optionDescriptor() {
            return mount.type().equals("proc")
                    ? OptionalInt.empty()
                    : mount.optionDescriptor(); // a proc has no use for one
        }

        private int how() {
            return (mount.byAgent() ? BY_AGENT : 0) | (mount.mayOpenDevice() ? MAY_OPEN_DEVICE : 0);
        }

        /** Whether the new filesystem belongs to the caller's pid namespace. */
        boolean needsPidNamespace() {
            return mount.type().equals("proc");
        }
    }

    /**
     * mount(2) with the caller's own privileges.
     *
     * @param sourceIsPath whether the flags make the source a path
     * @param changesMount whether the flags ask to change an existing mount
     */
    record MountCall(
            @Nullable TargetString source,
            boolean sourceIsPath,
            boolean changesMount,
            TargetPath target,
            @Nullable TargetString type,
            long flags,
            byte @Nullable [] data)
            implements HelperRequest {
        @Override
        public List<TargetPath> paths() {
            TargetPath from = sourcePath();
            return from == null ? List.of(target) : List.of(target, from);
        }

        @Override
        public RequestFields fields() {
            RequestFields fields = RequestFields.of(Operation.MOUNT_CALL, target, flags, changesMount ? 1 : 0);
            TargetPath from = sourcePath();
            return (from == null ? fields.value(source) : fields.path2(from))
                    .name(type)
                    .options(data);
        }

        @Override
        public boolean mayStay() {
            return false;
        }

        private @Nullable TargetPath sourcePath() {
            return sourceIsPath && source != null && source.length() > 0
                    ? new TargetPath(TargetPath.AT_FDCWD, source)
                    : null;
        }

        @Override
        public boolean alwaysHasDirectory() {
            return true; // its source starts from there
        }
    }

    /** umount2(2) with the caller's own privileges. */
    record Umount(TargetPath path, int flags) implements OfOnePath {
        @Override
        public RequestFields fields() {
            return RequestFields.of(Operation.UMOUNT, path, flags);
        }

        @Override
        public boolean mayStay() {
            return false;
        }
    }

    /** umount2(2) with the agent's privileges, only of one of these mounts. */
    record UmountGranted(TargetPath path, int flags, List<GrantedMount> granted) implements OfOnePath {
        private static final int GRANTED_SIZE = 16; // struct granted

        @Override
        public RequestFields fields() {
            ByteBuffer list = ByteBuffer.allocate(granted.size() * GRANTED_SIZE).order(ByteOrder.nativeOrder());
            for (GrantedMount mount : granted) {
                list.putLong(mount.id()).putLong(mount.device());
            }
            return RequestFields.of(Operation.UMOUNT, path, flags).value(list.array());
        }

        /** Ignores the list of granted mounts, because it may be another one when the call is made again. */
        @Override
        public long fingerprint() {
            return new Umount(path, flags).fingerprint();
        }

        /** The list can be in another order, or without a mount that is gone. */
        @Override
        public long exactFingerprint() {
            return ~fingerprint();
        }

        @Override
        public boolean mayStay() {
            return false;
        }

        @Override
        public boolean isGranted() {
            return true;
        }
    }

    /** A request whose AT_* flags may let its first path be empty. */
    sealed interface WithAtFlags extends HelperRequest {
        int atFlags();

        @Override
        default boolean allowsEmptyPath() {
            return (atFlags() & OnBehalf.AT_EMPTY_PATH) != 0;
        }
    }

    /** A request with one path. */
    sealed interface OfOnePath extends HelperRequest {
        TargetPath path();

        @Override
        default List<TargetPath> paths() {
            return List.of(path());
        }
    }
}
