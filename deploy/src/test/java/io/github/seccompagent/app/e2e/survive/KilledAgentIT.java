package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent is killed under its keeper while containers make calls all the time: none of them sees it. */
class KilledAgentIT {
    private static final int KILLS = 6; // two of each kind
    private static final int CONTAINERS = 3;

    /** Says what came of each call, until there is a file named stop. */
    private static final String PLAIN =
            "touch /f; until [ -e /stop ]; do chmod 600 /f 2>&1; echo $?; done >/plain; echo end >>/plain";

    private static final String FOLDERS = "mkdir /d; D=$(echo /d-*); i=0; until [ -e /stop ]; do i=$((i+1));"
            + " if mkdir $D/$i 2>/e; then echo $i made; else echo $i $(cat /e); fi; done >/made; echo end >>/made";

    private static final String[] ON_BEHALF = {
        "mkdir", "mkdirat", "rename", "renameat", "renameat2", "open", "openat", "unlink", "unlinkat", "rmdir"
    };

    /** Says each call that fails: each makes, moves or opens what is not there before. */
    private static final String FILES = "mkdir -p /w; : >/w/0; i=0; set -C; until [ -e /stop ]; do j=$((i+1));"
            + " mv /w/$i /w/$j || echo mv $j; : >/w/new$j || echo open $j; mkdir /w/d$j || echo mkdir $j;"
            + " rmdir /w/d$j || echo rmdir $j; rm /w/new$j || echo rm $j;"
            + " i=$j; echo $i >|/w/count; done >/wrong 2>&1; echo end >>/wrong";

    private static AgentProcess startKept(String resolver, String... options) {
        return AgentProcess.startBy(
                words -> Command.concat(List.of(AgentProcess.program(), "keep"), words), null, resolver, options);
    }

    /** Has the keeper end its agent: if it is killed itself, the agent goes on. */
    private record EndOfBoth(AgentProcess keeper) implements AutoCloseable {
        @Override
        public void close() {
            List<ProcessHandle> children = ProcessHandle.of(keeper.pid()).stream()
                    .flatMap(ProcessHandle::children)
                    .toList();
            keeper.terminate();
            keeper.awaitEnd();
            Await.until("the agent's end").until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static ProcessHandle agentOf(AgentProcess keeper) {
        return ProcessHandle.of(keeper.pid())
                .orElseThrow()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the keeper has no agent: " + String.join("\n", keeper.log())));
    }

    /** Ends the agent, and waits until the next one is ready. */
    private static void end(AgentProcess keeper, String signal) {
        long ready = keeper.countLogged("listening on " + keeper.socket());
        signal(agentOf(keeper), signal);
        awaitNext(keeper, ready);
    }

    private static void signal(ProcessHandle process, String signal) {
        Command.run("sh", "-c", "kill -" + signal + " " + process.pid()).orFail();
    }

    private static void awaitNext(AgentProcess keeper, long before) {
        Await.until("the next agent").until(() -> keeper.countLogged("listening on " + keeper.socket()) > before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM"})
    @SuppressWarnings("try")
    void containersDoNotSeeIt(String signal) throws Exception {
        List<OciContainer> containers = new ArrayList<>();
        AgentProcess keeper = startKept("demo-basic", "--log=warn");
        try (keeper;
                EndOfBoth end = new EndOfBoth(keeper)) {
            List<Process> calling = new ArrayList<>();
            for (int i = 0; i < CONTAINERS; i++) {
                OciContainer container = OciContainer.start(
                        i == 0 ? OciRuntime.CRUN : OciRuntime.RUNC, OciBundle.notifying(keeper.socket()));
                containers.add(container);
                calling.add(container.begin(PLAIN));
                calling.add(container.begin(FOLDERS));
            }
            Await.until("calls")
                    .until(() -> containers.stream()
                            .allMatch(each -> lines(each, "made").size() > 3));

            long processes = processes(keeper); // all are there: a connection was accepted and received from
            for (int i = 0; i < KILLS; i++) {
                long ready = keeper.countLogged("listening on " + keeper.socket());
                ProcessHandle killed = agentOf(keeper);
                signal(killed, signal);
                // Who connects before its end is accepted for the one that ends: see the operations page.
                Await.until("its end").until(() -> !killed.isAlive());
                OciRuntime runtime = i % 2 == 0 ? OciRuntime.RUNC : OciRuntime.CRUN;
                if (i % 3 == 0) {
                    assertThat(OciContainer.runToEnd(
                                            runtime,
                                            OciBundle.notifying(keeper.socket())
                                                    .command("sh", "-c", "touch /f; chmod 600 /f"))
                                    .output())
                            .contains("Bad message");
                } else if (i % 3 == 1) {
                    assertThat(containers
                                    .get(i % CONTAINERS)
                                    .exec("chmod", "600", "/f")
                                    .output())
                            .contains("Bad message");
                }
                awaitNext(keeper, ready);
                int known = lines(containers.get(0), "plain").size();
                Await.until("more calls")
                        .until(() -> lines(containers.get(0), "plain").size() > known + 5);
            }
            for (OciContainer container : containers) {
                Files.createFile(container.rootfs().resolve("stop"));
            }
            for (Process each : calling) {
                assertThat(OciContainer.awaitEnd(each)).isZero();
            }
            for (OciContainer container : containers) {
                requireAnswers(container);
            }
            requireNothingLeft(keeper, containers, processes);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; the agents wrote: " + String.join("\n", keeper.log()), e);
        } finally {
            containers.forEach(OciContainer::close);
        }
    }

    private static void requireAnswers(OciContainer container) {
        List<String> plain = lines(container, "plain");
        assertThat(plain.get(plain.size() - 1)).isEqualTo("end");
        assertThat(plain.subList(0, plain.size() - 1))
                .allMatch(line -> line.equals("1") || line.equals("chmod: /f: Bad message"));

        List<String> told = lines(container, "made");
        assertThat(told.get(told.size() - 1)).isEqualTo("end");
        List<String> folders = told.subList(0, told.size() - 1);
        assertThat(folders).allMatch(line -> line.endsWith(" made"));
        assertThat(found(container))
                .isEqualTo(folders.stream().map(line -> line.split(" ")[0]).collect(Collectors.toSet()));
    }

    /** The agent puts the container's pid behind each name. */
    private static Set<String> found(OciContainer container) {
        try (Stream<Path> folders = Files.list(container.rootfs())) {
            Path d = folders.filter(each -> each.getFileName().toString().startsWith("d-"))
                    .findFirst()
                    .orElseThrow();
            try (Stream<Path> found = Files.list(d)) {
                return found.map(each -> each.getFileName().toString().split("-")[0])
                        .collect(Collectors.toSet());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> lines(OciContainer container, String file) {
        try {
            return Files.readAllLines(container.rootfs().resolve(file));
        } catch (IOException notThere) {
            return List.of();
        }
    }

    /** A call that is made twice fails the second time, and one that is not made lets the next one fail. */
    @Test
    @SuppressWarnings("try")
    void everyCallOnBehalfIsMadeOnce() throws Exception {
        List<OciContainer> containers = new ArrayList<>();
        AgentProcess keeper = startKept("pass-through", "--log=warn");
        try (keeper;
                EndOfBoth end = new EndOfBoth(keeper)) {
            List<Process> calling = new ArrayList<>();
            for (OciRuntime runtime : OciRuntime.values()) {
                OciContainer container = OciContainer.start(
                        runtime, OciBundle.notifying(keeper.socket()).notified(ON_BEHALF));
                containers.add(container);
                calling.add(container.begin(FILES));
            }
            Await.until("calls").until(() -> count(containers) > 2);
            long processes = processes(keeper);
            for (int i = 0; i < KILLS; i++) {
                int before = count(containers);
                Await.until("calls").until(() -> count(containers) > before + 2);
                end(keeper, "KILL");
            }
            for (OciContainer container : containers) {
                Files.createFile(container.rootfs().resolve("stop"));
            }
            for (Process each : calling) {
                assertThat(OciContainer.awaitEnd(each)).isZero();
            }
            for (OciContainer container : containers) {
                assertThat(lines(container, "wrong")).containsExactly("end");
                String count = lines(container, "w/count").get(0);
                try (Stream<Path> left = Files.list(container.rootfs().resolve("w"))) {
                    assertThat(left.map(each -> each.getFileName().toString()))
                            .containsExactlyInAnyOrder(count, "count");
                }
            }
            requireNothingLeft(keeper, containers, processes);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; the agents wrote: " + String.join("\n", keeper.log()), e);
        } finally {
            containers.forEach(OciContainer::close);
        }
    }

    private static int count(List<OciContainer> containers) {
        return containers.stream()
                .flatMap(each -> lines(each, "w/count").stream().limit(1))
                .mapToInt(Integer::parseInt)
                .min()
                .orElse(0);
    }

    private static void requireNothingLeft(AgentProcess keeper, List<OciContainer> containers, long processes) {
        containers.forEach(OciContainer::close);
        containers.clear();
        // The agent's socket with its key, the journal, the keeper's own few.
        Await.until("the keeper to drop what has ended").until(() -> keeper.fdCount() <= 20);
        // The keeper has a process of its own that closes what it drops, from the first time on.
        Await.until("no more processes than before").until(() -> processes(keeper) <= processes + 1);
    }

    /**
     * The agent, and those that accept and receive for it: what a killed one leaves behind becomes the keeper's child.
     */
    private static long processes(AgentProcess keeper) {
        return ProcessHandle.of(keeper.pid()).orElseThrow().children().count();
    }

    /** Whoever is asked to end, and is the keeper, ends everything as an agent without a keeper does. */
    @Test
    @SuppressWarnings("try")
    void theEndOfTheKeeperIsTheEnd() throws Exception {
        try (AgentProcess keeper = startKept("demo-basic");
                EndOfBoth end = new EndOfBoth(keeper);
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(keeper.socket()))) {
            Process calling = container.begin("touch /f; until chmod 600 /f 2>&1 | grep 'not implemented'; do :; done");
            Await.until("the program")
                    .until(() -> Files.exists(container.rootfs().resolve("f")));
            end(keeper, "KILL");

            keeper.terminate();
            keeper.awaitEnd();

            assertThat(OciContainer.awaitEnd(calling)).isZero();
            assertThat(keeper.socket()).doesNotExist();
        }
    }
}
