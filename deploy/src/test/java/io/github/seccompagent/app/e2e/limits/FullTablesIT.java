package io.github.seccompagent.app.e2e.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Cgroup;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No descriptor, process or memory can be had for a while: the agent serves what it has, and then all again. */
class FullTablesIT {
    private static final String PLAIN = "chmod: /f: Bad message";
    private static final int LOOKS = 50;
    private static final int PAUSE_MILLIS = 5;
    private static final String CALLS = "touch /f; i=0; until [ -e /stop ]; do i=$((i+1)); chmod 600 /f 2>&1;"
            + " mkdir /d$i 2>&1 && echo made; done >/calls; echo end >>/calls";

    private static OciContainer start(AgentUnderKeeper kept) {
        return OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(kept.socket()));
    }

    private static List<String> calls(OciContainer container) {
        try {
            return Files.readAllLines(container.rootfs().resolve("calls"));
        } catch (IOException notThere) {
            return List.of();
        }
    }

    /** Waits until the container's calls have had so many answers of a kind more. */
    private static void await(OciContainer container, String answer, int more) {
        long before = count(container, answer);
        Await.until(more + " x " + answer).until(() -> count(container, answer) >= before + more);
    }

    private static long count(OciContainer container, String answer) {
        return calls(container).stream().filter(line -> line.endsWith(answer)).count();
    }

    /** No call hangs, and none gets what only an agent that is gone leaves behind. */
    private static void requireAnswers(OciContainer container, Process calling) throws Exception {
        await(container, "made", 5);
        Files.createFile(container.rootfs().resolve("stop"));
        assertThat(OciContainer.awaitEnd(calling)).isZero();
        List<String> all = calls(container);
        assertThat(all.subList(0, all.size() - 1))
                .allMatch(line -> line.equals(PLAIN) || line.equals("made") || line.endsWith("Input/output error"));
    }

    private static void requireAll(AgentUnderKeeper kept) {
        try (OciContainer container = start(kept)) {
            container.shell("mkdir /a").orFail();
            assertThat(container.hasFolder("/a" + container.suffix())).isTrue();
        }
    }

    /** While it makes a call it has some more. */
    private static int fewestDescriptorsOf(long agent) throws InterruptedException {
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < LOOKS; i++) {
            fewest = Math.min(fewest, AgentUnderKeeper.descriptorsOf(agent));
            Thread.sleep(PAUSE_MILLIS);
        }
        return fewest;
    }

    @Test
    void noDescriptorIsLeft() throws Exception {
        try (AgentUnderKeeper kept = AgentUnderKeeper.start("demo-basic");
                OciContainer container = start(kept)) {
            Process calling = container.begin(CALLS);
            await(container, "made", 5);
            long agent = kept.agent().pid();

            limit(agent, "nofile", Integer.toString(fewestDescriptorsOf(agent)));
            await(container, PLAIN, 5);
            await(container, "Input/output error", 2);
            try (OciContainer late = OciContainer.start(
                    OciRuntime.RUNC, OciBundle.notifying(kept.socket()).command("sleep", "1000"))) {
                assertThat(late.isRunning()).isTrue();
            }
            limit(agent, "nofile", "10000");

            requireAnswers(container, calling);
            requireAll(kept);
            assertThat(kept.agent().pid()).isEqualTo(agent);
        }
    }

    @Test
    void noProcessCanBeHad() throws Exception {
        try (Cgroup cgroup = Cgroup.create(Cgroup.Hierarchy.of("pids"), "full-table");
                AgentUnderKeeper kept = AgentUnderKeeper.startWithin(
                        List.of("sh", "-c", "echo $$ >" + cgroup.folder() + "/cgroup.procs; exec \"$0\" \"$@\""),
                        "demo-basic");
                OciContainer container = start(kept)) {
            Process calling = container.begin(CALLS);
            await(container, "made", 5);
            long agent = kept.agent().pid();

            cgroup.write("pids.max", Files.readString(cgroup.folder().resolve("pids.current")));
            await(container, PLAIN, 3);
            try (OciContainer late = start(kept)) {
                assertThat(late.isRunning()).isTrue();
            }
            cgroup.write("pids.max", "max");

            requireAnswers(container, calling);
            requireAll(kept);
            assertThat(kept.agent().pid()).isEqualTo(agent);
        }
    }

    /** The processes and threads of the one that is killed are free again, and the next one needs as many. */
    @Test
    void anAgentThatIsKilledThenIsReplaced() throws Exception {
        try (Cgroup cgroup = Cgroup.create(Cgroup.Hierarchy.of("pids"), "full-table");
                AgentUnderKeeper kept = AgentUnderKeeper.startWithin(
                        List.of("sh", "-c", "echo $$ >" + cgroup.folder() + "/cgroup.procs; exec \"$0\" \"$@\""),
                        "demo-basic");
                OciContainer container = start(kept)) {
            Process calling = container.begin(CALLS);
            await(container, "made", 5);
            long ready = kept.ready();

            cgroup.write("pids.max", "10");
            kept.agent().destroyForcibly();
            kept.keeper().awaitLog("ended with status", "starting it again");
            cgroup.write("pids.max", "max");
            kept.awaitAgentAfter(ready);

            requireAnswers(container, calling);
            requireAll(kept);
        }
    }

    /** Nothing can be written to a memfd: whoever comes is served, and kept as soon as that is possible. */
    @Test
    void noMemoryCanBeHadForWhatIsKept() throws Exception {
        try (AgentUnderKeeper kept = AgentUnderKeeper.start("demo-basic");
                OciContainer container = start(kept)) {
            Process calling = container.begin(CALLS);
            await(container, "made", 5);
            long agent = kept.agent().pid();

            limit(agent, "fsize", "0");
            try (OciContainer late = start(kept)) {
                kept.keeper().awaitLog("container " + late.id(), "it is not kept");
                Process also = late.begin(CALLS);
                await(late, "made", 5);
                limit(agent, "fsize", "unlimited");
                Await.until("both listeners' being kept")
                        .until(() -> kept.keeper().countLogged("container " + late.id() + ": is kept now") == 2);

                long ready = kept.ready();
                kept.agent().destroyForcibly();
                kept.awaitAgentAfter(ready);
                requireAnswers(late, also);
            }
            requireAnswers(container, calling);
        }
    }

    /** Java itself may end for that. Then the next agent goes on. */
    @Test
    void noMoreMemoryCanBeMapped() throws Exception {
        try (AgentUnderKeeper kept = AgentUnderKeeper.start("demo-basic");
                OciContainer container = start(kept)) {
            Process calling = container.begin(CALLS);
            await(container, "made", 5);
            ProcessHandle agent = kept.agent();

            limit(agent.pid(), "as", Long.toString(mapped(agent.pid())));
            await(container, PLAIN, 20);
            start(kept).close();
            limitIfAlive(agent.pid(), "as", "unlimited");

            requireAnswers(container, calling);
            requireAll(kept);
        }
    }

    private static long mapped(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static void limitIfAlive(long pid, String what, String soft) {
        Command.run("prlimit", "--pid=" + pid, "--" + what + "=" + soft + ":");
    }

    private static void limit(long pid, String what, String soft) {
        Command.run("prlimit", "--pid=" + pid, "--" + what + "=" + soft + ":").orFail();
    }
}
