package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;

/** Finds the pod of a container whose annotations do not tell it. Safe for use by several threads. */
@FunctionalInterface
public interface PodLookup {

    /** What can be found out in a short time; {@link PodIdentity#UNKNOWN} if that is nothing. May block, and throws nothing. */
    PodIdentity find(ContainerProcessState container);
}
