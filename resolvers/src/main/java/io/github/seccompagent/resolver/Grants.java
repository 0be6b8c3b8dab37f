package io.github.seccompagent.resolver;

import io.github.seccompagent.api.HandlerRegistry;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Adds the handlers for what the metadata grants:
 *
 * <ul>
 *   <li>{@code MOUNT_PROC=true}, {@code MOUNT_SYSFS=true} and {@code MOUNT_OTHER_FS_LIST=tmpfs,fuse} grant mounts.
 *   <li>{@code MOUNT_NEED_CAP_ADMIN=true} restricts these mounts to callers that have CAP_SYS_ADMIN in the container's
 *       user namespace. TRUE means the same here.
 *   <li>{@code MKNOD_DEVICES=null,zero,full,random,urandom,tty,console} grants device nodes to callers without
 *       CAP_MKNOD.
 * </ul>
 */
final class Grants {
    static final Set<String> KEYS =
            Set.of("MOUNT_PROC", "MOUNT_SYSFS", "MOUNT_OTHER_FS_LIST", "MOUNT_NEED_CAP_ADMIN", "MKNOD_DEVICES");

    private static final Map<String, Device> DEVICES = Map.of(
            "null", Device.NULL,
            "zero", Device.ZERO,
            "full", Device.FULL,
            "random", Device.RANDOM,
            "urandom", Device.URANDOM,
            "tty", Device.TTY,
            "console", Device.CONSOLE);

    /** What a policy's rules and {@code BASE} refuse would be the kernel's to decide, if nobody looked at them. */
    private static final String OF_POLICY = "GRANTS";

    private Grants() {}

    /** @throws IllegalArgumentException for a value that is not understood, or if a policy is needed */
    static void add(Metadata metadata, HandlerRegistry.Builder registry) {
        if (metadata.keys().contains(OF_POLICY)) {
            throw new IllegalArgumentException(OF_POLICY + ": only an agent with --policy knows what these are");
        }
        Set<String> types = new HashSet<>(metadata.list("MOUNT_OTHER_FS_LIST"));
        types.removeIf(type -> isRefused(type, metadata));
        if (metadata.isTrue("MOUNT_PROC")) {
            types.add("proc");
        }
        if (metadata.isTrue("MOUNT_SYSFS")) {
            types.add("sysfs");
        }
        boolean needsCapSysAdmin = metadata.isTrueIgnoringCase("MOUNT_NEED_CAP_ADMIN");
        if (!types.isEmpty()) {
            new MountPolicy(types, needsCapSysAdmin, false).addTo(registry);
        }
        Set<Device> devices =
                metadata.list("MKNOD_DEVICES").stream().map(Grants::device).collect(Collectors.toSet());
        if (!devices.isEmpty()) {
            registry.on("mknod", Handlers.mknod(devices));
        }
    }

    /** A refused type is left out. The other types of the list are granted all the same. */
    private static boolean isRefused(String type, Metadata metadata) {
        boolean refused = !MountPolicy.canGrant(type);
        if (refused) {
            metadata.warn("MOUNT_OTHER_FS_LIST: mounts of '" + type + "' cannot be granted, so this type is left out");
        }
        return refused;
    }

    private static Device device(String name) {
        Device device = DEVICES.get(name);
        if (device == null) {
            throw new IllegalArgumentException("MKNOD_DEVICES=" + name + ": not one of " + DEVICES.keySet());
        }
        return device;
    }
}
