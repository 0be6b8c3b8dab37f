package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Grants what the profile's {@code listenerMetadata} says, in lines of KEY=VALUE:
 *
 * <ul>
 *   <li>{@code MOUNT_PROC=true}, {@code MOUNT_SYSFS=true}, {@code MOUNT_OTHER_FS_LIST=tmpfs,fuse}: mounts
 *   <li>{@code MOUNT_NEED_CAP_ADMIN=true}: of callers that have CAP_SYS_ADMIN in the container's user namespace
 *   <li>{@code MKNOD_DEVICES=null,zero,full,random,urandom,tty,console}: device nodes, for callers without CAP_MKNOD
 * </ul>
 */
final class GrantedByMetadata implements Resolver {
    private static final Map<String, Device> DEVICES = Map.of(
            "null", Device.NULL,
            "zero", Device.ZERO,
            "full", Device.FULL,
            "random", Device.RANDOM,
            "urandom", Device.URANDOM,
            "tty", Device.TTY,
            "console", Device.CONSOLE);

    /** @throws IllegalArgumentException for a value that is not understood: then nothing is done for the container */
    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        HandlerRegistry.Builder registry = HandlerRegistry.builder();
        Set<String> types = new HashSet<>(list(container, "MOUNT_OTHER_FS_LIST"));
        if (isTrue(container, "MOUNT_PROC")) {
            types.add("proc");
        }
        if (isTrue(container, "MOUNT_SYSFS")) {
            types.add("sysfs");
        }
        if (!types.isEmpty()) {
            new MountPolicy(types, isTrue(container, "MOUNT_NEED_CAP_ADMIN"), false).addTo(registry);
        }
        Set<Device> devices = list(container, "MKNOD_DEVICES").stream()
                .map(GrantedByMetadata::device)
                .collect(Collectors.toSet());
        if (!devices.isEmpty()) {
            registry.on("mknod", Handlers.mknod(devices));
        }
        return registry.build();
    }

    /** All values of a key, as one list. */
    private static List<String> list(ContainerProcessState container, String key) {
        return container.metadataValues(key).stream()
                .flatMap(value -> value.isBlank() ? Stream.of() : Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .toList();
    }

    /** The last value of a key decides. */
    private static boolean isTrue(ContainerProcessState container, String key) {
        List<String> values = container.metadataValues(key);
        String value =
                values.isEmpty() ? "false" : values.get(values.size() - 1).strip();
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(key + "=" + value + ": true or false was expected");
        }
        return value.equals("true");
    }

    private static Device device(String name) {
        Device device = DEVICES.get(name);
        if (device == null) {
            throw new IllegalArgumentException("MKNOD_DEVICES=" + name + ": not one of " + DEVICES.keySet());
        }
        return device;
    }
}
