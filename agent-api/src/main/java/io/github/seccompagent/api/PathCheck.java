package io.github.seccompagent.api;

import java.util.List;
import java.util.Optional;

/**
 * Decides about a call on behalf when it is known where its paths lead, and before it takes effect. What was resolved
 * is what the call then acts on, so nobody can make the paths lead elsewhere in between.
 *
 * <p>Called by the thread that makes the call on behalf. It should not block: a process waits for it. It may be called
 * more than once for a call: if a name became a link before the file was opened, the path is resolved again, and if the
 * agent is killed meanwhile, the next agent asks its own check. If it throws an {@link ErrnoException}, the call fails
 * with that errno. If it throws anything else, the call fails with EIO.
 */
@FunctionalInterface
public interface PathCheck {

    /**
     * Decides.
     *
     * @param paths where the call's paths lead: for a call with two paths in the order of its methods' parameters in
     *     {@link OnBehalf}, but the target of a mount comes first. A call that fails before it acts on any file does
     *     not get here
     * @return empty if the call may take effect; otherwise the errno that it fails with
     */
    Optional<Errno> check(List<ResolvedPath> paths);
}
