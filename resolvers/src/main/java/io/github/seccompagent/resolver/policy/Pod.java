package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.policy.Seal.Sealed;
import java.util.Optional;

/**
 * Whose a container is.
 *
 * @param names for templates and logs
 * @param who for the policy
 * @param note what is known now and could not be found out later
 */
record Pod(PodIdentity names, Identity who, ContainerNote note) {

    /**
     * By the seal in the container's metadata; empty if there is none. A user's container has none: what a seal says is
     * about pods.
     *
     * @throws IllegalArgumentException if a seal is not valid
     */
    static Optional<Pod> sealed(ContainerProcessState container, Optional<Seal> seal) {
        if (!Seal.isIn(container)) {
            return Optional.empty();
        }
        if (container.user().isPresent() || seal.isEmpty()) {
            throw new IllegalArgumentException("listenerMetadata has a seal, and no plugin of this agent made one");
        }
        return seal.get().open(container).map(Pod::of);
    }

    private static Pod of(Sealed sealed) {
        Identity who = sealed.who();
        return new Pod(
                new PodIdentity(who.namespace(), who.pod(), who.container(), sealed.podUid()), who, ContainerNote.NONE);
    }
}
