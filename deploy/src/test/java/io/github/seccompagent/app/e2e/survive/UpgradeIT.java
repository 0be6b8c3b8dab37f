package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.KeeperProcess;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent is replaced by another one while a container makes calls all the time. */
class UpgradeIT {
    private static final int UPGRADES = 5;
    private static final String RESOLVER = "--resolver=pass-through";

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private final Path socket = folder.resolve("agent.socket");

    private KeeperProcess begin(String... options) {
        List<String> all = new ArrayList<>(List.of(options)); // those of the keeper come first
        all.add(RESOLVER);
        return KeeperProcess.begin(socket, all.toArray(String[]::new));
    }

    /** A Java that does something before it starts the real one. */
    private Path javaThat(String line) throws IOException {
        Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        String real = ProcessHandle.current().info().command().orElseThrow();
        Files.writeString(java, "#!/bin/sh\n" + line + "\nexec " + real + " \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return java.getParent().getParent();
    }

    /** It waits between its start and that of the real one. */
    private Path javaThatIsHeld() throws IOException {
        return javaThat(
                "touch " + folder.resolve("held") + "; until [ -e " + folder.resolve("go") + " ]; do sleep 0.05; done");
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostRefusedOrDoneTwice(OciRuntime runtime) throws Exception {
        KeeperProcess last = begin().awaitServing();
        List<KeeperProcess> all = new ArrayList<>(List.of(last));
        try (Caller caller = Caller.start(runtime, socket)) {
            for (int i = 0; i < UPGRADES; i++) {
                caller.awaitMore();
                KeeperProcess next = begin("--identity=" + i).awaitServing();
                all.add(next);
                assertThat(last.awaitEnd()).as(last.log()).isZero();
                last = next;
            }
            caller.awaitMore();
            assertThat(caller.container().exec("mkdir", "/new").err()).isEmpty();
            caller.requireNothingSeen();
        } finally {
            all.forEach(KeeperProcess::close);
        }
    }

    /** An option that is wrong, and another version that fails. */
    @ParameterizedTest
    @ValueSource(strings = {"true", "exit 3", "kill -SEGV $$"})
    void ifTheNewOneFailsTheOldOneGoesOn(String fault) throws Exception {
        try (KeeperProcess first = begin().awaitServing();
                Caller caller = Caller.start(OciRuntime.RUNC, socket)) {
            caller.awaitMore();
            String option = fault.equals("true") ? "--resolver=nobody" : RESOLVER;
            try (KeeperProcess second = KeeperProcess.beginWith(javaThat(fault), socket, option)) {
                assertThat(second.awaitEnd()).isNotZero();
                first.awaitLog("listening on " + socket, 2);
                caller.awaitMore();
            }
            try (KeeperProcess third = begin().awaitServing()) {
                assertThat(first.awaitEnd()).isZero();
                caller.awaitMore();
                caller.requireNothingSeen();
                assertThat(third.isAlive()).isTrue();
            }
        }
    }

    /** When each of the four is killed, and which of them is. */
    @ParameterizedTest
    @CsvSource({
        "COPYING, old keeper",
        "COPYING, new keeper",
        "PARKING, old keeper",
        "PARKING, new keeper",
        "PARKING, old agent",
        "STARTING, old keeper",
        "STARTING, new keeper",
        "STARTING, new agent",
        "READY, old keeper",
        "READY, new keeper",
        "READY, new agent",
        "OVER, new keeper",
        "OVER, new agent"
    })
    void whoeverIsKilledSomebodyServes(Step step, String victim) throws Exception {
        Path java = javaThatIsHeld();
        try (KeeperProcess first = begin().awaitServing();
                Caller caller = Caller.start(OciRuntime.RUNC, socket)) {
            caller.awaitMore();
            ProcessHandle firstAgent = first.awaitAgent();
            step.prepare(first);
            try (KeeperProcess second = KeeperProcess.beginWith(java, socket, RESOLVER, "--log=debug")) {
                step.reach(this, first, second);
                ProcessHandle killed = switch (victim) {
                    case "old keeper" -> first.keeper();
                    case "new keeper" -> second.keeper();
                    case "old agent" -> firstAgent;
                    default -> second.awaitAgent();
                };
                KeeperProcess.signal(killed, "KILL");
                Await.until("its end").until(() -> !killed.isAlive());
                KeeperProcess.signalIfAlive(first.keeper(), "CONT");
                KeeperProcess.signalIfAlive(firstAgent, "CONT");
                letGo();

                caller.awaitMore();
                assertThat(caller.container().exec("mkdir", "/new").err()).isEmpty();
                assertThat(caller.finish())
                        .as("a call that was being made when its agent was killed may fail so")
                        .allMatch(line -> line.endsWith("Input/output error"))
                        .hasSizeLessThanOrEqualTo(victim.endsWith("agent") || step == Step.PARKING ? 2 : 0);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(e.getMessage() + "; the first wrote: " + first.log(), e);
            }
        }
    }

    private void letGo() throws IOException {
        Path go = folder.resolve("go");
        if (!Files.exists(go)) {
            Files.createFile(go);
        }
    }

    private void awaitHeld() {
        Await.until("the new agent").until(() -> Files.exists(folder.resolve("held")));
    }

    /** How far a hand-over has come. */
    private enum Step {
        COPYING {
            @Override
            void prepare(KeeperProcess first) {
                KeeperProcess.signal(first.keeper(), "STOP");
            }

            @Override
            void reach(UpgradeIT test, KeeperProcess first, KeeperProcess second) throws Exception {
                Thread.sleep(300); // until it has connected
            }
        },
        PARKING {
            @Override
            void prepare(KeeperProcess first) {
                KeeperProcess.signal(first.awaitAgent(), "STOP");
            }

            @Override
            void reach(UpgradeIT test, KeeperProcess first, KeeperProcess second) throws Exception {
                Thread.sleep(700); // the agent that cannot end is killed after two seconds
            }
        },
        STARTING {
            @Override
            void reach(UpgradeIT test, KeeperProcess first, KeeperProcess second) {
                test.awaitHeld();
            }
        },
        READY {
            @Override
            void reach(UpgradeIT test, KeeperProcess first, KeeperProcess second) throws Exception {
                test.awaitHeld();
                KeeperProcess.signal(first.keeper(), "STOP");
                test.letGo();
                second.awaitLog("waiting for the other agent's keeper", 1);
            }
        },
        OVER {
            @Override
            void reach(UpgradeIT test, KeeperProcess first, KeeperProcess second) throws Exception {
                test.letGo();
                second.awaitServing();
                assertThat(first.awaitEnd()).isZero();
            }
        };

        void prepare(KeeperProcess first) {}

        abstract void reach(UpgradeIT test, KeeperProcess first, KeeperProcess second) throws Exception;
    }
}
