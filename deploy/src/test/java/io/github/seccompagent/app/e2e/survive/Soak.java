package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Containers come and go while the agent is killed from time to time. Says whether what the keeper, the agent and its
 * helper hold stays the same: from one agent to the next, and during the life of each. deploy/soak starts this.
 */
final class Soak {
    private static final int STEADY = 5;

    private final KeptAgent agent;
    private final long lifeNanos;
    private final List<StormContainer> containers = new ArrayList<>();
    private final Flatness flatness = new Flatness();

    private Soak(KeptAgent agent, int lifeSeconds) {
        this.agent = agent;
        this.lifeNanos = TimeUnit.SECONDS.toNanos(lifeSeconds);
    }

    /** Arguments: how many agents live one after the other, and for how many seconds each. */
    public static void main(String... args) {
        boolean flat;
        try (TempFolder folder = TempFolder.create();
                KeptAgent agent = KeptAgent.startAt(folder.resolve("agent.socket"), StormAgent.class, "storm")) {
            flat = new Soak(agent, Integer.parseInt(args[1])).run(Integer.parseInt(args[0]));
        }
        System.exit(flat ? 0 : 1);
    }

    @SuppressWarnings("try") // the visitors are only there to be closed
    private boolean run(int lives) {
        List<Told> told = new ArrayList<>();
        List<StormContainer.Kind> kinds = Storm.kinds();
        try {
            for (int i = 0; i < STEADY; i++) {
                String name = "soak-" + ProcessHandle.current().pid() + "-" + i;
                containers.add(StormContainer.start(name, kinds.get(i * (kinds.size() - 1) / STEADY), agent.socket()));
            }
            Blows blows = new Blows(agent, containers, new Random());
            try (Visitors visitors = new Visitors(List.copyOf(containers), told::addAll)) {
                for (int i = 0; i < lives; i++) {
                    live();
                    blows.deal(Blow.Kind.AGENT);
                }
            }
        } finally {
            containers.forEach(StormContainer::close);
        }
        System.out.print(flatness.table());
        System.out.println(told.size() + " containers and programs have come and gone");
        return flatness.isFlat();
    }

    private void live() {
        LockSupport.parkNanos(lifeNanos / 3);
        Sample young = Sample.of(agent);
        LockSupport.parkNanos(lifeNanos * 2 / 3);
        Sample old = Sample.of(agent);
        System.out.println(old);
        flatness.add(young, old);
    }
}
