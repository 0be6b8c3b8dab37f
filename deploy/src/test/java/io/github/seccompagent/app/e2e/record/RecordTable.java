package io.github.seccompagent.app.e2e.record;

import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Records real programs, compares with strace, runs them again with their profiles, and prints a table in Markdown.
 * deploy/record-table starts this. A program that is not installed has a row that says so.
 */
final class RecordTable {
    private static final int RUNS = 2;

    private final TempFolder folder = TempFolder.create();
    private final Recorder recorder = new Recorder();
    private int count;

    /** Arguments: the names of the programs; without any, all of them. */
    public static void main(String... args) throws IOException {
        RecordTable table = new RecordTable();
        System.out.println(
                "| program | recorded | strace | missing in the record | missing in strace | run again | time"
                        + " | time of strace |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (Map.Entry<String, String> each :
                TablePrograms.all(table.folder.path()).entrySet()) {
            if (args.length == 0 || List.of(args).contains(each.getKey())) {
                System.out.println("| " + each.getKey() + " | " + table.row(each.getValue()) + " |");
            }
        }
    }

    private String row(String script) {
        double plain = Double.MAX_VALUE;
        Command.Result first = null;
        for (int i = 0; i < RUNS; i++) {
            long begin = System.nanoTime();
            first = Command.run(300, command(script));
            plain = Math.min(plain, seconds(begin));
        }
        if (first.status() == 127 || first.err().contains("not found")) {
            return "not installed: " + first.err().strip().replaceAll("\\R.*", "") + " | | | | | |";
        }
        double time = Double.MAX_VALUE;
        Set<String> names = new TreeSet<>();
        Recorder.Recorded recorded = null;
        for (int i = 0; i < RUNS; i++) {
            recorded = recorder.record(command(script));
            time = Math.min(time, recorded.seconds());
            names.addAll(recorded.names());
        }
        long begin = System.nanoTime();
        Set<String> strace = recorder.strace(command(script));
        double straceTime = seconds(begin);
        Recorder.Recorded again = recorder.enforce(recorded.profile(), command(script));
        List<String> refused = Recorder.refused(again);
        boolean same = again.result().status() == first.status()
                && again.result().out().equals(first.out())
                && recorded.result().out().equals(first.out());
        return names.size() + " | " + strace.size() + " | " + without(strace, names) + " | " + without(names, strace)
                + " | " + (refused.isEmpty() ? "nothing refused" : refused)
                + (same ? ", same output" : ", other output: " + again.result().status())
                + " | %.1f s, %.2f x | %.2f x".formatted(plain, time / plain, straceTime / plain);
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private List<String> command(String script) {
        try {
            Path work = Files.createDirectory(folder.resolve("w" + ++count));
            return List.of("env", "W=" + work, "bash", "-c", script);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String without(Set<String> some, Set<String> others) {
        List<String> left = new ArrayList<>(some);
        left.removeAll(others);
        return left.isEmpty() ? "0" : left.size() + ": " + String.join(", ", left);
    }
}
