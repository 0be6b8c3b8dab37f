package io.github.seccompagent.linux.cgroup;

import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.PidNamespace;
import java.util.Map;

/** Tells which threads are in the container of a first process. */
public final class ContainerThreads {
    private ContainerThreads() {}

    /**
     * Whether a thread is in the container. It is if it is in the pid namespace of the first process, or in one below.
     * Containers in the agent's own pid namespace all share that namespace, so there the thread has to be in the first
     * process's cgroups or below. A first process without a cgroup of its own has no container.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if the thread or the first process is gone
     */
    public static boolean include(KnownProcess firstProcess, int threadId) {
        String namespace = PidNamespace.of(Integer.toString(firstProcess.id()));
        boolean included = PidNamespace.isOwn(namespace)
                ? haveCgroupsOf(firstProcess, Cgroups.of(threadId))
                : PidNamespace.isIn(threadId, namespace);
        firstProcess.requireAlive();
        return included;
    }

    private static boolean haveCgroupsOf(KnownProcess firstProcess, Map<String, String> threads) {
        Map<String, String> own = Cgroups.of(firstProcess.id());
        boolean below = own.entrySet().stream()
                .allMatch(mine -> Cgroups.isIn(
                        threads.getOrDefault(mine.getKey(), ""), mine.getValue().equals("/") ? "" : mine.getValue()));
        // If the agent is in a cgroup too, the cgroup belongs to the machine or to the agent's own pod.
        boolean ownAlone = own.entrySet().stream()
                .anyMatch(mine -> !mine.getValue().equals("/") && !Cgroups.haveAgent(mine.getKey(), mine.getValue()));
        return below && ownAlone;
    }
}
