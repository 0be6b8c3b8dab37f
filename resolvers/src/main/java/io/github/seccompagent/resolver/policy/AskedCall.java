package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.Capability;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A call that somebody asks about.
 *
 * @param syscall its name, such as mkdirat
 * @param family its family, such as mkdir; the name itself if it has none
 * @param paths where its paths lead, absolute, in the order of its arguments; an empty one cannot be told
 * @param type the file system type of a mount
 * @param flags its flags
 * @param device the device that mknod makes, if it makes one
 * @param uid the caller's effective uid, in the agent's user namespace
 * @param capabilities the caller's effective ones
 */
public record AskedCall(
        String syscall,
        String family,
        List<String> paths,
        Optional<String> type,
        long flags,
        Optional<Integer> device,
        long uid,
        Set<Capability> capabilities) {
    public AskedCall {
        paths = List.copyOf(paths);
        capabilities = Set.copyOf(capabilities);
    }
}
