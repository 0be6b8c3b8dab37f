package io.github.seccompagent.api;

/**
 * The credentials of a thread. See credentials(7). Ids are unsigned 32-bit numbers of the agent's user namespace.
 *
 * @param user the thread's user ids
 * @param group the thread's group ids
 * @param effectiveCapabilities the thread's effective capabilities in its own user namespace, as
 *     {@linkplain Capability#bit bits}
 * @param rootInUserNamespace whether the thread is root in its container: it is in the container's user namespace, not
 *     in one nested below, and its effective user id there is 0
 */
public record Credentials(Ids user, Ids group, long effectiveCapabilities, boolean rootInUserNamespace) {

    /** The four ids of one kind, user or group. */
    public record Ids(int real, int effective, int saved, int fileSystem) {}

    /** Whether {@code capability} is effective. */
    public boolean has(Capability capability) {
        return (effectiveCapabilities & capability.bit()) != 0;
    }
}
