package io.github.seccompagent.resolver;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which mounts are granted, and to whom. The caller must be root in the user namespace of its container, not in one
 * nested below it. For other callers, other types, and changes of existing mounts such as binds, the kernel decides by
 * the caller's own privileges.
 *
 * @param types the filesystem types. {@code fuse} stands for {@code fuse.NAME} too
 * @param needsCapSysAdmin whether the caller must also have CAP_SYS_ADMIN
 * @param keepsSuidAndDevices whether setuid programs and device nodes work in a granted mount. If false, all mounts
 *     except proc and sysfs are nosuid and nodev
 */
public record MountPolicy(Set<String> types, boolean needsCapSysAdmin, boolean keepsSuidAndDevices) {
    /**
     * Each of these belongs to a namespace or to the whole machine. The agent would mount its own, not the caller's.
     */
    private static final Set<String> NEVER = Set.of(
            "autofs",
            "binder",
            "binfmt_misc",
            "bpf",
            "cgroup",
            "cgroup2",
            "configfs",
            "cpuset",
            "debugfs",
            "devtmpfs",
            "efivarfs",
            "functionfs",
            "fusectl",
            "mqueue",
            "nfsd",
            "ocfs2_dlmfs",
            "pstore",
            "resctrl",
            "rpc_pipefs",
            "securityfs",
            "selinuxfs",
            "smackfs",
            "tracefs",
            "xenfs");

    /** The calls of the newer mount interface. See open_tree(2). Programs that get ENOSYS fall back to mount(2). */
    private static final List<String> NEW_INTERFACE = List.of(
            "fsopen", "fsconfig", "fsmount", "fspick", "move_mount", "open_tree", "open_tree_attr", "mount_setattr");

    /** The calls that a profile must notify for {@link #addTo} to work. */
    public static final List<String> SYSCALLS = Stream.concat(
                    Stream.of("mount", "umount", "umount2"), NEW_INTERFACE.stream())
            .toList();

    /** @throws IllegalArgumentException if a type cannot be granted */
    public MountPolicy {
        types = Set.copyOf(types);
        for (String type : types) {
            if (!canGrant(type)) {
                throw new IllegalArgumentException("mounts of '" + type + "' cannot be granted");
            }
        }
    }

    static boolean canGrant(String type) {
        return !NEVER.contains(type) && !type.isBlank();
    }

    /** Grants these types without CAP_SYS_ADMIN, nosuid and nodev. */
    public static MountPolicy of(Set<String> types) {
        return new MountPolicy(types, false, false);
    }

    /** Adds the handlers for mount, umount and the newer mount interface. */
    public void addTo(HandlerRegistry.Builder registry) {
        registry.on("mount", Handlers.mount(this)).on("umount", Handlers.umount(this));
        NEW_INTERFACE.forEach(syscall -> registry.on(syscall, this::newInterface));
    }

    /**
     * Only mount(2) is granted, so callers with a grant get ENOSYS here and fall back to it. A caller that has no
     * grant, or may mount by itself, loses nothing.
     */
    private Response newInterface(NotifiedCall call) {
        Credentials caller = call.credentials();
        boolean missing = grantsTo(caller)
                && (!caller.has(Capability.CAP_SYS_ADMIN) || (call.syscall().equals("fsopen") && opensGranted(call)));
        return missing ? Response.failure(Errno.ENOSYS) : Response.proceed();
    }

    private boolean opensGranted(NotifiedCall call) {
        return grants(new String(call.text(0).bytes(), StandardCharsets.ISO_8859_1));
    }

    boolean grants(String type) {
        return types.contains(type) || (type.startsWith("fuse.") && types.contains("fuse"));
    }

    boolean grantsTo(Credentials caller) {
        return caller.rootInUserNamespace() && (!needsCapSysAdmin || caller.has(Capability.CAP_SYS_ADMIN));
    }
}
