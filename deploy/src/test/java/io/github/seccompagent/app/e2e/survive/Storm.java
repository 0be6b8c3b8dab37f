package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.Freezer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Containers make calls of all kinds while their agent is killed and upgraded again and again. Each program records
 * what it is told, and that is compared with what is there afterwards. The agents' log is in target/storm.log.
 * deploy/storm starts this.
 */
final class Storm {
    private static final int GO_SIGNAL_MICROS = 10_000;
    private static final int FAST_SIGNAL_MICROS = 2_000;
    private static final int SECONDS_WITHOUT_KEEPER = 3;

    /** What the containers do. Numbers are the milliseconds from one round to the next. */
    private static final List<List<String>> MODES = List.of(
            List.of("files:400:0", "plain:20:0"),
            List.of("files:400:0", "opens:80:0"),
            List.of("mounts:300:0", "plain:20:0"),
            List.of("delay:50:0", "files:1000:0"),
            List.of("opens:80:0", "plain:20:0", "flood:50:0"));

    private final Random random;
    private final int seconds;
    private final String name = "storm-" + ProcessHandle.current().pid();
    private final List<StormContainer> containers = new ArrayList<>();

    private Storm(int seconds, long seed) {
        this.seconds = seconds;
        this.random = new Random(seed);
    }

    /** Arguments: how many seconds, and a number that decides what happens when. */
    public static void main(String... args) {
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime() % 100_000;
        Verdict verdict = run(Integer.parseInt(args[0]), seed);
        System.out.println(verdict.table());
        System.exit(verdict.failed().isEmpty() ? 0 : 1);
    }

    /** Has a storm of at least so many seconds. */
    static Verdict run(int seconds, long seed) {
        say("seed " + seed);
        return new Storm(seconds, seed).run();
    }

    private Verdict run() {
        try (TempFolder folder = TempFolder.create();
                KeptAgent agent = KeptAgent.startAt(folder.resolve("agent.socket"), StormAgent.class, "storm")) {
            Holdings before = Holdings.of(agent);
            try {
                return rage(agent, before);
            } finally {
                containers.forEach(StormContainer::close);
                Files.write(Path.of("target/storm.log"), agent.log());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("try") // the visitors are only there to be closed
    private Verdict rage(KeptAgent agent, Holdings before) {
        say("containers start");
        Path socket = agent.socket();
        List<StormContainer.Kind> kinds = kinds();
        for (int i = 0; i < kinds.size(); i++) {
            containers.add(StormContainer.start(name + "-" + i, kinds.get(i), socket));
        }
        StormContainer frozen = StormContainer.start(
                name + "-frozen", new StormContainer.Kind(OciRuntime.RUNC, false, 0, List.of("freeze:300:0")), socket);
        Blows blows = new Blows(agent, containers, random);
        Verdict verdict = new Verdict(blows.dealt());
        List<StormContainer> visited = List.copyOf(containers);
        containers.add(frozen);
        try (Thaws thaws = new Thaws(Freezer.of("/" + frozen.name()))) {
            try (Visitors visitors = new Visitors(visited, verdict::hear)) {
                blows.awaitService(System.nanoTime());
                deal(blows, verdict);
            }
            end(verdict);
            judgeFreezing(verdict, frozen, thaws.count(), 2L * blows.dealt().size());
        }
        say("what is left");
        requireNothingLeft(verdict, agent, before);
        say("without a keeper");
        killKeeper(verdict, blows, agent);
        verdict.judge();
        return verdict;
    }

    private static void say(String what) {
        System.err.println("storm: " + what);
    }

    /** Every kind of work with every kind of interruption. */
    static List<StormContainer.Kind> kinds() {
        List<StormContainer.Kind> kinds = new ArrayList<>();
        for (List<String> modes : MODES) {
            kinds.add(new StormContainer.Kind(OciRuntime.CRUN, true, FAST_SIGNAL_MICROS, modes));
            kinds.add(new StormContainer.Kind(OciRuntime.CRUN, true, 0, modes));
            kinds.add(new StormContainer.Kind(OciRuntime.CRUN, false, GO_SIGNAL_MICROS, modes));
            kinds.add(new StormContainer.Kind(OciRuntime.CRUN, false, 0, modes));
        }
        return kinds;
    }

    private void deal(Blows blows, Verdict verdict) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Blow.Kind> plan = Blows.plan(seconds, random);
        for (int i = 0; i < plan.size(); i++) {
            long left = Math.max(0, end - System.nanoTime()) / (plan.size() - i);
            LockSupport.parkNanos((long) (left * random.nextDouble()));
            say(plan.get(i).text);
            try {
                blows.deal(plan.get(i));
                verdict.require("all are served again", Stream.of());
            } catch (AssertionError | ConditionTimeoutException e) {
                verdict.require("all are served again", Stream.of(plan.get(i).text + ": " + e.getMessage()));
                return;
            }
        }
    }

    /** All programs end by themselves, and then it is judged what they were told. */
    private void end(Verdict verdict) {
        say("containers stop");
        containers.forEach(StormContainer::stop);
        verdict.require(
                "a program hangs",
                containers.stream().filter(each -> !each.ends()).map(StormContainer::name));
        containers.forEach(verdict::hear);
    }

    /**
     * An agent that ends between the freeze and the answer leaves the call to the next one, which freezes the container
     * again.
     *
     * @param ends how many agents can have ended
     */
    private static void judgeFreezing(Verdict verdict, StormContainer frozen, int thaws, long ends) {
        long told = frozen.told().stream()
                .filter(each -> each.call().equals("freeze") && each.outcome() == Told.Outcome.DONE)
                .count();
        verdict.require(
                "frozen as often as told, or once more at the end of an agent",
                Stream.of(told)
                        .filter(each -> each > thaws || each + ends < thaws)
                        .map(each -> "told " + told + " times, and frozen " + thaws + " times"));
    }

    private void requireNothingLeft(Verdict verdict, KeptAgent agent, Holdings before) {
        containers.forEach(StormContainer::close);
        containers.clear();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (System.nanoTime() < end && !Holdings.of(agent).beyond(before).isEmpty()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        Holdings after = Holdings.of(agent);
        verdict.figure("held before", before);
        verdict.figure("held after", after);
        verdict.require("something is left", after.beyond(before).stream());
    }

    /** Without its keeper the agent goes on, and its end is the end. */
    private void killKeeper(Verdict verdict, Blows before, KeptAgent agent) {
        for (int i = 0; i < 4; i++) {
            containers.add(StormContainer.start(name + "-unkept-" + i, kinds().get(i), agent.socket()));
        }
        ProcessHandle java = agent.agent();
        Blows last = new Blows(agent, containers, random);
        last.awaitService(System.nanoTime());
        try {
            last.deal(Blow.Kind.KEEPER);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS_WITHOUT_KEEPER));
            last.awaitService(System.nanoTime());
        } catch (AssertionError | ConditionTimeoutException e) {
            verdict.require("all are served again", Stream.of("without a keeper: " + e.getMessage()));
        }
        before.dealt().addAll(last.dealt());
        end(verdict);
        endUnkept(verdict, java);
    }

    private static void endUnkept(Verdict verdict, ProcessHandle java) {
        List<ProcessHandle> all =
                Stream.concat(Stream.of(java), java.descendants()).toList();
        java.destroy();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (System.nanoTime() < end && all.stream().anyMatch(ProcessHandle::isAlive)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        verdict.require(
                "processes outlive all",
                all.stream()
                        .filter(ProcessHandle::isAlive)
                        .map(each -> each.info().toString()));
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
