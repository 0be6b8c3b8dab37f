package io.github.seccompagent.api;

/**
 * The credentials of a thread, credentials(7). Ids are numbers of the agent's user namespace, 32 bits unsigned.
 *
 * @param user its user ids
 * @param group its group ids
 * @param effectiveCapabilities a bit for each capability, capabilities(7), in its own user namespace
 * @param rootInUserNamespace whether it is root in its container: its effective user id is 0 in the container's user
 *     namespace, and it lives in that one, not in one below it
 */
public record Credentials(Ids user, Ids group, long effectiveCapabilities, boolean rootInUserNamespace) {

    /** The four ids of a kind. */
    public record Ids(int real, int effective, int saved, int fileSystem) {}

    /** Whether a capability is effective. */
    public boolean has(Capability capability) {
        return (effectiveCapabilities & capability.bit()) != 0;
    }
}
