package io.github.seccompagent.runtime;

/** How the agent stands to a container. */
public enum ContainerState {
    /** Its resolver is at work, and its calls wait. */
    RESOLVING,
    /** Its calls are handled. */
    SERVED,
    /** Its resolver failed: all its notified calls fail with EPERM. */
    REFUSED
}
