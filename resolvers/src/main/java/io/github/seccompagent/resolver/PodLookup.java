package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;

/** Finds the pod of a container whose annotations do not name it. Safe for use by several threads. */
@FunctionalInterface
public interface PodLookup {

    /**
     * Finds what can be found in a short time. Returns {@link PodIdentity#UNKNOWN} if that is nothing. It may block,
     * and does not throw.
     */
    PodIdentity find(ContainerProcessState container);
}
