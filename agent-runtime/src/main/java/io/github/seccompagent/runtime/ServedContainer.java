package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.KnownProcess;
import io.github.seccompagent.linux.UserNamespace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container whose listener is served.
 *
 * @param userNamespace the container's own, whatever its processes enter later; empty if unknown, which is nobody's
 * @param firstProcess the container's own
 */
record ServedContainer(ContainerProcessState state, String userNamespace, KnownProcess firstProcess, Freezer freezer) {
    private static final long NEVER = -1;

    private static final Logger LOG = LoggerFactory.getLogger(ServedContainer.class);

    /** Looks while the container is being started, so that its first process is there. */
    static ServedContainer of(ContainerProcessState state) {
        int pid = state.container().pid();
        KnownProcess first = new KnownProcess(pid, NEVER);
        try {
            first = KnownProcess.of(pid);
            return new ServedContainer(state, UserNamespace.ofContainer(pid), first, new Freezer(first));
        } catch (ErrnoException e) {
            LOG.debug("container {}: nothing is granted to its root: {}", state.id(), e.getMessage());
            return new ServedContainer(state, "", first, new Freezer(first));
        }
    }

    String id() {
        return state.id();
    }
}
