package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.survive.Told.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what callers were told with what is there, and collects figures and faults. */
final class Verdict {
    /** On an idle machine it is 2 s. */
    private static final double MAX_SECONDS = 20;

    private static final double SHORTER_SECONDS = 0.02;

    /** The share of answers that the kernel takes and the caller does not get, without the flag: some per cent. */
    private static final double MAX_LOST_ANSWERS = 0.1;

    private static final long LONG_NANOS = 200_000_000;
    private static final Set<String> BY_RUNTIMES = Set.of("exec", "new");

    private final List<Blow> blows;
    private final List<Told> told = new ArrayList<>();
    private long strayDescriptors;
    private long lostMounts;
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final Map<String, List<String>> faults = new LinkedHashMap<>();

    Verdict(List<Blow> blows) {
        this.blows = blows;
    }

    /** Judges what one container was told, and what is there. */
    void hear(StormContainer container) {
        List<Told> own = container.told();
        hear(own);
        Set<String> found = container.found();
        require(
                "told as made and not there",
                own.stream()
                        .filter(each -> each.call().equals("mkdir") && each.outcome() == Outcome.DONE)
                        .map(each -> "made-" + each.item())
                        .filter(name -> !found.contains(name)));
        Set<String> unclear = own.stream()
                .filter(each -> each.outcome() != Outcome.DONE)
                .map(Told::item)
                .collect(Collectors.toSet());
        Set<String> made = own.stream()
                .filter(each -> each.call().equals("mkdir"))
                .map(each -> "made-" + each.item())
                .collect(Collectors.toSet());
        require(
                "there and not told",
                found.stream()
                        .filter(name -> !name.startsWith("mount-") && !made.contains(name))
                        .filter(name -> unclear.stream().noneMatch(item -> name.endsWith("-" + item)))
                        .map(name -> container.name() + " has " + name));
        judgeStrays(container, own);
        long mounts = done(own, "mount") - done(own, "umount");
        boolean unclearMount =
                own.stream().anyMatch(each -> each.call().contains("mount") && each.outcome() != Outcome.DONE);
        long difference = unclearMount ? 0 : Math.abs(container.mounts() - mounts);
        if (container.kind().losesAnswers()) {
            lostMounts += difference; // whose answer was lost, and which were made again
        } else if (difference > 0) {
            require(
                    "mounts that were told are not there, or others are",
                    Stream.of(container.name() + " has " + container.mounts() + ", and was told of " + mounts));
        }
    }

    /** An open that failed with EIO may have given a descriptor. */
    private void judgeStrays(StormContainer container, List<Told> own) {
        long strays = own.stream()
                .filter(each -> each.call().equals("strays"))
                .mapToLong(each -> Long.parseLong(each.result()))
                .sum();
        long unclear = own.stream()
                .filter(each -> each.call().equals("open") && each.outcome() == Outcome.EIO)
                .count();
        strayDescriptors += strays;
        if (!container.kind().losesAnswers()) {
            require(
                    "descriptors that nobody was told of",
                    Stream.of(strays - unclear)
                            .filter(count -> count > 0)
                            .map(count -> container.name() + " has " + count));
        }
    }

    void hear(List<Told> more) {
        told.addAll(more);
    }

    private static long done(List<Told> of, String call) {
        return of.stream()
                .filter(each -> each.call().equals(call) && each.outcome() == Outcome.DONE)
                .count();
    }

    /** Adds faults to a check. Without any the check has passed. */
    void require(String check, Stream<String> found) {
        faults.computeIfAbsent(check, name -> new ArrayList<>()).addAll(found.toList());
    }

    void figure(String name, Object value) {
        figures.put(name, value);
    }

    void judge() {
        countBlows();
        countCalls();
        judgeErrors();
        judgeTwice();
        judgeWaits();
        figure("stray descriptors", strayDescriptors);
    }

    private void countBlows() {
        for (Blow.Kind kind : Blow.Kind.values()) {
            List<Long> over = blows.stream()
                    .filter(blow -> blow.kind() == kind)
                    .map(blow -> (blow.over() - blow.begin()) / 1_000_000)
                    .sorted()
                    .toList();
            if (!over.isEmpty()) {
                figure(
                        kind.text,
                        "%d times; all served again after %d ms (median), %d ms (worst)"
                                .formatted(over.size(), over.get(over.size() / 2), over.get(over.size() - 1)));
            }
        }
    }

    private Stream<Told> calls() {
        return told.stream().filter(Told::isCall);
    }

    private void countCalls() {
        Map<String, List<Told>> byCall =
                calls().collect(Collectors.groupingBy(Told::call, TreeMap::new, Collectors.toList()));
        figure("calls", calls().count());
        byCall.forEach((call, of) -> figure(
                "  " + call,
                "%d; worst wait %.2f s"
                        .formatted(
                                of.size(),
                                of.stream().mapToLong(Told::waited).max().orElse(0) / 1e9)));
        require(
                "no call of a kind succeeded",
                byCall.entrySet().stream()
                        .filter(each -> each.getValue().stream().noneMatch(call -> call.outcome() == Outcome.DONE))
                        .map(Map.Entry::getKey));
    }

    private void judgeErrors() {
        errors("ENOSYS", Outcome.ENOSYS);
        errors("EINTR", Outcome.EINTR);
        errors("other errors", Outcome.OTHER);
        List<Told> eio = calls().filter(each -> each.outcome() == Outcome.EIO).toList();
        Set<Told> ofWorkers = ofKilledWorkers(eio);
        Map<String, Long> byCause = new TreeMap<>();
        eio.forEach(
                each -> byCause.merge(ofWorkers.contains(each) ? Blow.Kind.WORKER.text : cause(each), 1L, Long::sum));
        figure("EIO by cause", byCause);
        figure("  by calls", eio.stream().limit(8).toList());
        require(
                "EIO where no call may fail",
                eio.stream()
                        .filter(each ->
                                !ofWorkers.contains(each) && !cause(each).equals(Blow.Kind.AGENT_AND_HELPER.text))
                        .map(each -> each + " (" + cause(each) + ")"));
    }

    /** One call may fail for each killed worker. */
    private Set<Told> ofKilledWorkers(List<Told> eio) {
        return blows.stream()
                .filter(blow -> blow.kind() == Blow.Kind.WORKER)
                .flatMap(blow -> eio.stream().filter(blow::overlaps).min(Comparator.comparingLong(Told::end)).stream())
                .collect(Collectors.toSet());
    }

    /** What happened during a call. */
    private String cause(Told call) {
        List<Blow.Kind> kinds = blows.stream()
                .filter(blow -> blow.overlaps(call))
                .map(Blow::kind)
                .toList();
        return kinds.contains(Blow.Kind.AGENT_AND_HELPER)
                ? Blow.Kind.AGENT_AND_HELPER.text
                : kinds.isEmpty() ? "nothing happened" : kinds.get(0).text;
    }

    private void errors(String name, Outcome outcome) {
        List<Told> found = calls().filter(each -> each.outcome() == outcome).toList();
        figure(name, found.size());
        require(name, found.stream().map(each -> each + " (" + cause(each) + ")"));
    }

    /**
     * Without the flag, a signal can take an answer away from its caller, and the caller makes the call again. That
     * happens with and without a blow.
     */
    private void judgeTwice() {
        Predicate<Told> twice = each -> each.outcome() == Outcome.TWICE;
        figure(
                "made twice, or not at all",
                calls().filter(twice.and(each -> !each.losesAnswers())).count());
        require(
                "a call was made twice, or not at all",
                calls().filter(twice.and(each -> !each.losesAnswers())).map(each -> each + " (" + cause(each) + ")"));
        List<Told> losing = calls().filter(Told::losesAnswers).toList();
        List<Told> during = losing.stream().filter(this::waitedForAnAgent).toList();
        long lost = lostMounts + losing.stream().filter(twice).count();
        long lostDuring = during.stream().filter(twice).count();
        figure("answers lost to a signal", "%d of %d".formatted(lost, losing.size()));
        figure("  by calls that waited for an agent", "%d of %d".formatted(lostDuring, during.size()));
        require(
                "more answers lost than a signal can take",
                Stream.of(lost)
                        .filter(count -> count > MAX_LOST_ANSWERS * losing.size())
                        .map(count -> count + " of " + losing.size()));
        require(
                "more answers lost after a kill than a signal can take",
                Stream.of(lostDuring)
                        .filter(count -> count > 2 + MAX_LOST_ANSWERS * during.size())
                        .map(count -> count + " of " + during.size()));
    }

    private boolean waitedForAnAgent(Told call) {
        return call.waited() > LONG_NANOS && blows.stream().anyMatch(blow -> blow.overlaps(call));
    }

    /** A call on behalf that signals interrupt all the time takes as long as the machine is busy. */
    private boolean waitsForTheAgentOnly(Told call) {
        return !BY_RUNTIMES.contains(call.call())
                && (!call.losesAnswers() || call.call().equals("delay"));
    }

    private void judgeWaits() {
        Told worst = calls().filter(this::waitsForTheAgentOnly)
                .max(Comparator.comparingLong(Told::waited))
                .orElseThrow(() -> new AssertionError("nobody called"));
        figure("worst wait beyond the handler's time", "%.2f s: %s".formatted(worst.waited() / 1e9, worst));
        require(
                "a call waited too long",
                calls().filter(this::waitsForTheAgentOnly)
                        .filter(each -> each.waited() / 1e9 > MAX_SECONDS)
                        .map(Told::toString));
        require(
                "a delay was too short",
                calls().filter(each -> each.call().equals("delay")
                                && each.outcome() == Outcome.DONE
                                && each.waited() / 1e9 < -SHORTER_SECONDS)
                        .map(Told::toString));
    }

    /** The checks that have failed, with some of what they found. */
    Map<String, List<String>> failed() {
        Map<String, List<String>> failed = new LinkedHashMap<>();
        faults.forEach((check, found) -> {
            if (!found.isEmpty()) {
                List<String> some = new ArrayList<>(found.subList(0, Math.min(8, found.size())));
                if (found.size() > some.size()) {
                    some.add("and " + (found.size() - some.size()) + " more");
                }
                failed.put(check, some);
            }
        });
        return failed;
    }

    /** All figures, and what has failed. */
    String table() {
        StringBuilder table = new StringBuilder();
        figures.forEach((name, value) -> table.append("%-45s %s%n".formatted(name, value)));
        failed().forEach((check, found) -> {
            table.append("FAILED: ").append(check).append(System.lineSeparator());
            found.forEach(each -> table.append("    ").append(each).append(System.lineSeparator()));
        });
        return table.append(failed().isEmpty() ? "all " + faults.size() + " checks passed" : "")
                .toString();
    }
}
