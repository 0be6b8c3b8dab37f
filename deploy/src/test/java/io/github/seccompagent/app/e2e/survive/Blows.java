package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Kills and upgrades an agent while containers make calls, and waits each time until all of them are served again. */
final class Blows {
    private static final int WORKER_LOOKS = 2000;
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long STOP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final KeptAgent agent;
    private final List<StormContainer> containers;
    private final Random random;
    private final List<Blow> dealt = new ArrayList<>();

    Blows(KeptAgent agent, List<StormContainer> containers, Random random) {
        this.agent = agent;
        this.containers = containers.stream()
                .filter(each -> each.kind().modes().stream().anyMatch(mode -> mode.startsWith("plain")))
                .toList();
        this.random = random;
    }

    /** What to do in so many seconds, in any order. */
    static List<Blow.Kind> plan(int seconds, Random random) {
        Map<Blow.Kind, Integer> often = new EnumMap<>(Blow.Kind.class);
        often.put(Blow.Kind.AGENT, Math.max(4, seconds * 16 / 60));
        often.put(Blow.Kind.AGENT_TWICE, Math.max(1, seconds * 2 / 60));
        often.put(Blow.Kind.UPGRADE, Math.max(1, seconds * 5 / 60));
        often.put(Blow.Kind.HELPER, Math.max(1, seconds * 3 / 60));
        often.put(Blow.Kind.WORKER, Math.max(1, seconds * 3 / 60));
        often.put(Blow.Kind.AGENT_AND_HELPER, Math.max(1, seconds * 2 / 60));
        often.put(Blow.Kind.UPGRADE_BROKEN, Math.max(1, seconds / 60));
        often.put(Blow.Kind.SUCCESSOR, Math.max(1, seconds / 60));
        often.put(Blow.Kind.PREDECESSOR, Math.max(1, seconds / 60));
        List<Blow.Kind> plan = new ArrayList<>();
        often.forEach((kind, times) -> plan.addAll(Collections.nCopies(times, kind)));
        Collections.shuffle(plan, random);
        return plan;
    }

    List<Blow> dealt() {
        return dealt;
    }

    void deal(Blow.Kind kind) {
        long begin = System.nanoTime();
        switch (kind) {
            case AGENT -> Processes.kill(agent.agent());
            case AGENT_TWICE -> killTwice();
            case HELPER -> helper().ifPresent(Processes::kill);
            case WORKER -> killWorker();
            case AGENT_AND_HELPER -> killBoth();
            case UPGRADE -> agent.upgrade();
            case UPGRADE_BROKEN -> breakUpgrade();
            case SUCCESSOR -> killSuccessor();
            case PREDECESSOR -> killPredecessor();
            case KEEPER -> Processes.signal(agent.keeper().pid(), "KILL");
        }
        long done = System.nanoTime();
        awaitService(done);
        dealt.add(new Blow(kind, begin, System.nanoTime()));
    }

    /** Waits until every container has got an answer to a call that it made after {@code time}. */
    void awaitService(long time) {
        Await.until("answers in all containers")
                .until(() -> containers.stream().allMatch(each -> each.lastPlainCall() - time > 0));
    }

    private void pause(int mostMillis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(mostMillis)));
    }

    private void killTwice() {
        ProcessHandle first = agent.agent();
        Processes.kill(first);
        Await.until("a successor")
                .until(() -> successorOf(agent.keeper(), first).isPresent());
        pause(600);
        successorOf(agent.keeper(), first).ifPresent(Processes::kill);
    }

    private static Optional<ProcessHandle> successorOf(AgentProcess keeper, ProcessHandle first) {
        return Processes.java(keeper.pid()).filter(java -> !java.equals(first));
    }

    private Optional<ProcessHandle> helper() {
        return Processes.helper(agent.agent().pid());
    }

    /** The helper starts as a process in a namespace of its own: a worker that is at work is in a container's. */
    private void killWorker() {
        Optional<ProcessHandle> helper = helper();
        String idle = helper.map(each -> Processes.link(each.pid(), "ns/mnt")).orElse("");
        for (int i = 0; i < WORKER_LOOKS && helper.isPresent(); i++) {
            for (ProcessHandle worker : Processes.children(helper.get().pid())) {
                String namespace = Processes.link(worker.pid(), "ns/mnt");
                if (!namespace.isEmpty() && !namespace.equals(idle)) {
                    Processes.kill(worker);
                    return;
                }
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void killBoth() {
        ProcessHandle killed = agent.agent();
        Optional<ProcessHandle> helper = helper();
        Processes.kill(killed);
        helper.ifPresent(Processes::kill);
    }

    /** The keeper that takes over is killed before it has everything. */
    private void breakUpgrade() {
        AgentProcess other = agent.beginUpgrade();
        pause(700);
        Processes.signal(other.pid(), "STOP");
        LockSupport.parkNanos(STOP_NANOS); // the first keeper may just have ended
        if (agent.keeper().isAlive()) {
            Processes.signal(other.pid(), "KILL");
        } else {
            Processes.signal(other.pid(), "CONT");
        }
        agent.endUpgrade(other);
    }

    private void killSuccessor() {
        AgentProcess other = agent.beginUpgrade();
        pause(1000);
        Processes.java(other.pid()).ifPresent(Processes::kill);
        agent.endUpgrade(other);
    }

    private void killPredecessor() {
        AgentProcess other = agent.beginUpgrade();
        pause(500);
        Processes.java(agent.keeper().pid()).ifPresent(Processes::kill);
        agent.endUpgrade(other);
    }
}
