package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.HeldCalls;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A file system holds the calls that are made on behalf, and the agent is killed meanwhile. The file system sees each
 * call once, and each caller gets its success.
 */
class HeldCallsIT {
    private static final List<String> CALLS = List.of("mkdir", "mknod", "unlink", "rename");
    private static final AtomicInteger ROUND = new AtomicInteger();
    private static final int LONG = 1000;
    private static final int SHORT = 300;

    @AutoClose
    private static final HeldCalls FILES = new HeldCalls();

    @AutoClose
    private static final KeptAgent AGENT = KeptAgent.start("pass-through", "--log=warn");

    @AutoClose
    private final OciContainer interruptible = start(OciRuntime.RUNC, bundle());

    @AutoClose
    private final OciContainer waitsKillable = start(OciRuntime.CRUN, bundle().waitKillable());

    private List<Caller> callers = List.of();

    /** When a signal comes to the callers. */
    enum Signal {
        BEFORE_THE_KILL,
        WHILE_THE_AGENT_IS_AWAY,
        AFTER_THE_RESTART,
        ALWAYS
    }

    /** A program in a container that makes one call. */
    private record Caller(String call, String name, Process process) {
        static Caller begin(OciContainer container, String call) {
            String name = call + "-" + container.id() + "-" + ROUND.incrementAndGet();
            String folder = "/held/dir-" + name + "/";
            String arguments = switch (call) {
                case "unlink" -> "old-" + name;
                case "rename" -> "old-" + name + " " + folder + "new-" + name;
                default -> "new-" + name;
            };
            return new Caller(call, name, container.begin("exec /onecall " + call + " " + folder + arguments));
        }

        /** What is wrong, if anything is. */
        Stream<String> faults() {
            long seen = FILES.lines().stream()
                    .filter(line -> line.matches("begun " + call + " (old|new)-" + name))
                    .count();
            String told = told();
            return told.startsWith("success after ") && seen == 1
                    ? Stream.empty()
                    : Stream.of(name + " was seen " + seen + " times, and returned " + told);
        }

        private String told() {
            try {
                OciContainer.awaitEnd(process);
                return new String(process.getInputStream().readAllBytes()).strip();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static OciBundle bundle() {
        return OciBundle.notifying(AGENT.socket())
                .notified(
                        "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2", "unlink", "unlinkat")
                .bind(FILES.folder(), "/held");
    }

    private static OciContainer start(OciRuntime runtime, OciBundle bundle) {
        OciContainer container = OciContainer.start(runtime, bundle);
        try {
            Files.copy(
                    TestPrograms.ONE_CALL, container.rootfs().resolve("onecall"), StandardCopyOption.COPY_ATTRIBUTES);
            return container;
        } catch (IOException e) {
            container.close();
            throw new AssertionError(e);
        }
    }

    private void callAll() {
        long before = FILES.count("begun");
        callers = Stream.of(interruptible, waitsKillable)
                .flatMap(container -> CALLS.stream().map(call -> Caller.begin(container, call)))
                .toList();
        FILES.awaitLines("begun", before + callers.size());
    }

    private void awaitDone() {
        Await.until("the end of all calls")
                .until(() -> callers.stream()
                        .allMatch(each -> FILES.lines().stream()
                                .anyMatch(line -> line.startsWith("done") && line.endsWith("-" + each.name))));
    }

    private void requireAllDoneOnce() {
        assertThat(callers.stream().flatMap(Caller::faults)).isEmpty();
    }

    @AfterEach
    void endAll() {
        callers.forEach(each -> each.process.destroyForcibly());
    }

    @Test
    void theSuccessorFindsThemRunning() {
        FILES.holdFor(2 * LONG);
        callAll();

        AGENT.killForNow();
        AGENT.startNext();

        requireAllDoneOnce();
    }

    @Test
    void theSuccessorFindsTheirReplies() {
        FILES.holdFor(LONG);
        callAll();

        AGENT.killForNow();
        awaitDone();
        AGENT.startNext();

        requireAllDoneOnce();
    }

    @ParameterizedTest
    @EnumSource
    void theCallersAreInterrupted(Signal when) {
        FILES.holdFor(2 * LONG);
        callAll();

        interrupt(when, Signal.BEFORE_THE_KILL);
        AGENT.killForNow();
        interrupt(when, Signal.WHILE_THE_AGENT_IS_AWAY);
        AGENT.startNext();
        interrupt(when, Signal.AFTER_THE_RESTART);

        requireAllDoneOnce();
    }

    private void interrupt(Signal wanted, Signal now) {
        if (wanted == now || wanted == Signal.ALWAYS) {
            callersAtWork().forEach(pid -> Processes.signal(pid, "WINCH"));
        }
    }

    /** The host's pids of the programs in the containers. */
    private List<Long> callersAtWork() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> contents("/proc/" + pid + "/comm").equals("onecall\n"))
                .filter(this::isOfContainer)
                .toList();
    }

    private boolean isOfContainer(long pid) {
        return Stream.of(interruptible, waitsKillable)
                .anyMatch(container -> pidNamespace(container.pid()).equals(pidNamespace(pid)));
    }

    /** The agent is killed right after one of the replies: before or after the caller has it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 8})
    void killedRightAfterAReply(int calls) {
        FILES.holdFor(SHORT);
        long ready = AGENT.ready();
        FILES.holdAndKill(2 * SHORT, calls, AGENT.agent().pid());
        callAll();

        AGENT.awaitReady(ready + 1);

        requireAllDoneOnce();
    }

    private static String contents(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException gone) {
            return "";
        }
    }

    private static String pidNamespace(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/pid")).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
