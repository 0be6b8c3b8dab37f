package io.github.seccompagent.api;

import java.util.List;
import java.util.Optional;

/**
 * Decides about a call on behalf when it is known where its paths lead, and before it takes effect. What was resolved is
 * what the call then acts on, so nobody can make the paths lead elsewhere in between.
 *
 * <p>Called by the thread that makes the call on behalf, at most once for each call. It should not block: a process
 * waits for it. If the agent is killed meanwhile, the next agent asks again.
 */
@FunctionalInterface
public interface PathCheck {

    /**
     * Decides.
     *
     * @param paths where the call's paths lead, in the order of its arguments. A call that fails before it acts on any
     *     file does not get here
     * @return empty if the call may take effect; otherwise the errno that it fails with
     */
    Optional<Errno> check(List<ResolvedPath> paths);
}
