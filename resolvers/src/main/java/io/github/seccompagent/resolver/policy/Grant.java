package io.github.seccompagent.resolver.policy;

import java.util.List;

/**
 * A bundle that containers ask for by its name.
 *
 * @param name letters, digits, dots and dashes
 * @param metadata what it gives, as lines of {@code listenerMetadata}: KEY=VALUE
 * @param devices paths of device nodes that a container gets when it is created, such as /dev/fuse
 * @param ioUring whether io_uring stays as the container's profile has it; otherwise it is refused
 * @param rules the first one that matches a call decides, before what {@code metadata} gives
 */
public record Grant(String name, List<String> metadata, List<String> devices, boolean ioUring, List<Rule> rules) {
    public Grant {
        metadata = List.copyOf(metadata);
        devices = List.copyOf(devices);
        rules = List.copyOf(rules);
    }
}
