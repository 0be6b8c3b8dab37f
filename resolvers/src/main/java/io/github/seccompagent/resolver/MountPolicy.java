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
 * Which mounts are granted, and to whom. A caller must be root in the user namespace of its container, and not in one
 * nested below it. Everything else is left to the kernel, which decides by the caller's own privileges: other types, other
 * callers, and changes of mounts that exist, as binds are.
 *
 * @param types the filesystem types; {@code fuse} stands for {@code fuse.NAME} too
 * @param needsCapSysAdmin whether the caller must have CAP_SYS_ADMIN besides
 * @param keepsSuidAndDevices whether a mount may come with setuid programs and device nodes that work; without it, all but
 *     proc and sysfs are nosuid and nodev
 */
public record MountPolicy(Set<String> types, boolean needsCapSysAdmin, boolean keepsSuidAndDevices) {
    /** These belong to namespaces, or are one for the whole machine, and would be the agent's. */
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

    /** The calls of the newer interface, open_tree(2) and others. Programs that get ENOSYS fall back to mount(2). */
    private static final List<String> NEW_INTERFACE = List.of(
            "fsopen", "fsconfig", "fsmount", "fspick", "move_mount", "open_tree", "open_tree_attr", "mount_setattr");

    /** What a profile has to notify for {@link #addTo}. */
    public static final List<String> SYSCALLS = Stream.concat(
                    Stream.of("mount", "umount", "umount2"), NEW_INTERFACE.stream())
            .toList();

    /** @throws IllegalArgumentException for a type that cannot be granted */
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

    /** Grants these types, as cautiously as possible. */
    public static MountPolicy of(Set<String> types) {
        return new MountPolicy(types, false, false);
    }

    /** Adds what mount and umount need to a container's handlers. */
    public void addTo(HandlerRegistry.Builder registry) {
        registry.on("mount", Handlers.mount(this)).on("umount", Handlers.umount(this));
        NEW_INTERFACE.forEach(syscall -> registry.on(syscall, this::newInterface));
    }

    /** Who is granted nothing, or may do it itself, loses nothing; but of what is granted there is only mount(2). */
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
