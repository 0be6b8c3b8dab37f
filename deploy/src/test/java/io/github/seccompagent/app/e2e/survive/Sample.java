package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.Command;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a keeper, its agent and the agent's helper hold at a time.
 *
 * @param values numbers by name; those of memory are in KiB
 */
record Sample(Map<String, Long> values) {
    private static final Pattern OLD = Pattern.compile("tenured generation .* used ([0-9]+)K");
    private static final String JCMD =
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

    static Sample of(KeptAgent kept) {
        long keeper = kept.keeper().pid();
        long agent = kept.agent().pid();
        long helper = Processes.helper(agent).map(ProcessHandle::pid).orElse(0L);
        Holdings held = Holdings.of(kept); // before jcmd, which gives the agent one more thread and descriptor
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("keeper fds", held.keeperDescriptors());
        values.put("keeper memfds", held.keeperMemfds());
        values.put("keeper KiB", status(keeper, "VmRSS"));
        values.put("agent fds", held.agentDescriptors());
        values.put("agent memfds", held.agentMemfds());
        values.put("agent threads", status(agent, "Threads"));
        values.put("helper fds", (long) Processes.descriptors(helper).size());
        values.put("helper KiB", status(helper, "VmRSS"));
        values.put("processes", held.processes());
        values.put("zombies", held.zombies());
        values.put("agent old KiB", oldGeneration(agent));
        values.put("agent KiB", status(agent, "VmRSS"));
        return new Sample(values);
    }

    private static long status(long pid, String field) {
        return Processes.text(pid, "status")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    /** What of the old generation is still used after a collection. */
    private static long oldGeneration(long agent) {
        Command.run(JCMD, Long.toString(agent), "GC.run").orFail();
        Matcher used = OLD.matcher(
                Command.run(JCMD, Long.toString(agent), "GC.heap_info").orFail());
        if (!used.find()) {
            throw new AssertionError("jcmd does not name the old generation");
        }
        return Long.parseLong(used.group(1));
    }

    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
