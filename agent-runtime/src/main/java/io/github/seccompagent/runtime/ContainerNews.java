package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says when a container begins to be served and when it ends. Safe for use by several threads. */
final class ContainerNews {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerNews.class);
    private static final LogLimit NEWS = new LogLimit(LOG::info);

    private final String resolverName;

    /** @param resolverName empty if the log does not mention it */
    ContainerNews(String resolverName) {
        this.resolverName = resolverName;
    }

    void served(ServedContainer container, HandlerRegistry registry) {
        ContainerProcessState state = container.state();
        String status = state.container().status();
        String whose = whose(registry);
        // A kubelet's exec probe can cause this line every second.
        if (status.equals(RunningContainers.RUNNING)) {
            LOG.debug("container {}: serving process {}, {}{}", state.id(), state.pid(), status, whose);
        } else if (LOG.isInfoEnabled()) {
            NEWS.log(
                    container.account(),
                    () -> "container " + state.id() + ": serving process " + state.pid() + ", " + status + whose);
        }
    }

    /** @param last the last listener of the container */
    void ended(ServedListener last) {
        ServedContainer container = last.container();
        String whose = whose(last.registry());
        Tally tally = last.tally();
        NEWS.log(
                container.account(),
                () -> "container " + container.id() + ": ended, " + tally.calls() + " calls handled, " + tally.refused()
                        + " refused" + whose);
    }

    private String whose(HandlerRegistry registry) {
        return (registry.owner().isEmpty() ? "" : ", of " + registry.owner())
                + (resolverName.isEmpty() ? "" : ", by resolver " + resolverName);
    }
}
