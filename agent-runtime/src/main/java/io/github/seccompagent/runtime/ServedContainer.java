package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.UserNamespace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container whose listener is served.
 *
 * @param userNamespace the container's own, whatever its processes enter later; empty if unknown, which is nobody's
 */
record ServedContainer(ContainerProcessState state, String userNamespace) {
    private static final Logger LOG = LoggerFactory.getLogger(ServedContainer.class);

    /** Looks while the container is being started, so that its first process is there. */
    static ServedContainer of(ContainerProcessState state) {
        int pid = state.container().pid();
        try {
            return new ServedContainer(state, UserNamespace.ofContainer(pid));
        } catch (ErrnoException e) {
            LOG.debug("container {}: nothing is granted to its root: {}", state.id(), e.getMessage());
            return new ServedContainer(state, "");
        }
    }

    String id() {
        return state.id();
    }
}
