package io.github.seccompagent.runtime;

/** How far the agent is with a container. */
public enum ContainerState {
    /** Its resolver is running, and its calls wait. */
    RESOLVING,
    /** Its calls are handled. */
    SERVED,
    /** Its resolver failed. All its notified calls fail with EPERM. */
    REFUSED
}
