package io.github.seccompagent.app.e2e.survive;

import java.util.ArrayList;
import java.util.List;

/** How much a keeper and its agent hold. */
record Holdings(
        long keeperDescriptors,
        long keeperMemfds,
        long agentDescriptors,
        long agentMemfds,
        long processes,
        long zombies) {

    /** How much more than before is nothing that was forgotten: a JVM opens files when it needs them. */
    private static final int SLACK_DESCRIPTORS = 12;

    /** A process of the keeper closes what it drops. An executor may keep one worker more or less ready. */
    private static final int SLACK_PROCESSES = 3;

    static Holdings of(KeptAgent kept) {
        long keeper = kept.keeper().pid();
        long agent = kept.agent().pid();
        List<ProcessHandle> all = ProcessHandle.of(keeper).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        return new Holdings(
                Processes.descriptors(keeper).size(),
                memfds(keeper),
                Processes.descriptors(agent).size(),
                memfds(agent),
                all.size(),
                all.stream().filter(each -> Processes.isZombie(each.pid())).count());
    }

    private static long memfds(long pid) {
        return Processes.descriptors(pid).stream()
                .filter(target -> target.startsWith("/memfd:"))
                .count();
    }

    /** What is there that was not there before. */
    List<String> beyond(Holdings before) {
        List<String> left = new ArrayList<>();
        add(left, "descriptors of the keeper", before.keeperDescriptors + 4, keeperDescriptors);
        add(left, "memfds of the keeper", before.keeperMemfds, keeperMemfds);
        add(left, "descriptors of the agent", before.agentDescriptors + SLACK_DESCRIPTORS, agentDescriptors);
        add(left, "memfds of the agent", before.agentMemfds, agentMemfds);
        add(left, "processes", before.processes + SLACK_PROCESSES, processes);
        add(left, "zombies", 0, zombies);
        return left;
    }

    private static void add(List<String> left, String what, long most, long found) {
        if (found > most) {
            left.add(what + ": " + found + ", more than " + most);
        }
    }

    @Override
    public String toString() {
        return "keeper %d fds (%d memfds), agent %d fds (%d memfds), %d processes, %d zombies"
                .formatted(keeperDescriptors, keeperMemfds, agentDescriptors, agentMemfds, processes, zombies);
    }
}
