package io.github.seccompagent.api;

import java.util.List;

/**
 * The credentials of a thread, credentials(7). Ids are numbers of the agent's user namespace, 32 bits unsigned.
 *
 * @param user its user ids
 * @param group its group ids
 * @param groups its supplementary groups
 * @param effectiveCapabilities a bit for each capability, capabilities(7), in its own user namespace
 * @param rootInUserNamespace whether its effective user id is 0 in its own user namespace
 */
public record Credentials(
        Ids user, Ids group, List<Integer> groups, long effectiveCapabilities, boolean rootInUserNamespace) {

    /** The four ids of a kind. */
    public record Ids(int real, int effective, int saved, int fileSystem) {}

    public Credentials {
        groups = List.copyOf(groups);
    }

    /** Whether a capability is effective. */
    public boolean has(Capability capability) {
        return (effectiveCapabilities & capability.bit()) != 0;
    }
}
