package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Others are at the socket where one keeper takes over from another one. */
class KeeperStrangerTest {
    private static final List<String> NO_ADMINISTRATOR =
            List.of("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin");
    private static final List<List<String>> STRANGERS = List.of(
            NO_ADMINISTRATOR,
            List.of("setpriv", "--reuid=65534", "--clear-groups"),
            List.of("unshare", "--user", "--map-root-user"));

    @TempDir
    private Path parent;

    private Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final List<KeptAgent> agents = new ArrayList<>();

    @BeforeEach
    void openFolder() throws Exception {
        folder = Files.createDirectory(parent.resolve("open"));
        chmod("755", parent);
        chmod("1777", folder);
    }

    @AfterEach
    void close() {
        agents.forEach(KeptAgent::close);
        processes.forEach(Process::destroyForcibly);
    }

    private static void chmod(String mode, Path path) throws Exception {
        assertThat(new ProcessBuilder("chmod", mode, path.toString()).start().waitFor())
                .isZero();
    }

    private String path() {
        return folder.resolve("agent.socket.keeper").toString();
    }

    private Process victim() throws Exception {
        Process victim = new ProcessBuilder("sleep", "1000").start();
        processes.add(victim);
        return victim;
    }

    /** Starts one, and waits for the first thing that it says. */
    private String startStranger(List<String> as, String what, String argument) throws Exception {
        List<String> command = new ArrayList<>(as);
        command.addAll(List.of(KeptAgent.compiled("stranger").toString(), what, path(), argument));
        Process stranger = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(stranger);
        return stranger.inputReader().readLine();
    }

    private KeptAgent begin(String... options) throws Exception {
        KeptAgent agent = KeptAgent.startQuickKeeper(
                List.of(options), List.of(KeptAgent.program().toString()));
        agents.add(agent);
        return agent;
    }

    private KeptAgent first() throws Exception {
        KeptAgent first = begin("--handover", path());
        first.awaitStart();
        first.send("READY=1");
        first.store("s1", "state");
        return first;
    }

    private KeptAgent beginTaker() throws Exception {
        return begin("--handover", path(), "--takeover", path());
    }

    private void assertRefused(Process victim) throws Exception {
        KeptAgent taker = beginTaker();

        assertThat(taker.awaitEnd()).isEqualTo(1);
        taker.awaitLog("seccomp-helper: cannot take over: the other one is not root with CAP_SYS_ADMIN here");
        assertThat(victim.isAlive()).isTrue();
    }

    private static Stream<List<String>> strangers() {
        return STRANGERS.stream();
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void nothingIsTakenFromAStranger(List<String> as) throws Exception {
        for (String how : List.of("give", "leave")) {
            Process victim = victim();
            assertThat(startStranger(as, how, Long.toString(victim.pid()))).isEqualTo("listening");

            assertRefused(victim);
            Files.delete(Path.of(path()));
        }
    }

    /** It may have got the number of the process that sent the message. */
    @Test
    void norFromAProcessThatHasStartedSince() throws Exception {
        Process victim = victim();
        assertThat(startStranger(List.of(), "child", Long.toString(victim.pid())))
                .isEqualTo("listening");

        assertRefused(victim);
    }

    /** Else the tests above would show nothing. */
    @Test
    void whatAnAdministratorGivesTheSameWayIsTaken() throws Exception {
        assertThat(startStranger(List.of(), "give", Long.toString(victim().pid())))
                .isEqualTo("listening");
        KeptAgent taker = beginTaker();
        taker.awaitStart();

        assertThat(taker.handed()).containsExactly("s7=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"777", "775", "757"})
    void nothingIsTakenWhereOthersCouldReplaceTheSocket(String mode) throws Exception {
        KeptAgent first = first();
        chmod(mode, folder);
        KeptAgent taker = beginTaker();

        assertThat(taker.awaitEnd()).isEqualTo(1);
        taker.awaitLog("seccomp-helper: cannot take over: others can write to the folder of its socket");
        assertThat(first.ask("send 0 WATCHDOG=1")).isEqualTo("0");
    }

    @Test
    void aCrowdOfStrangersOnlyDelaysATaker() throws Exception {
        KeptAgent first = first();
        crowd(first);
        KeptAgent taker = beginTaker();
        Thread.sleep(500);
        assertThat(taker.log()).isEmpty();
        first.signalKeeper("CONT");

        taker.awaitStart();
        assertThat(taker.handed()).containsExactly("s1=state");
    }

    @Test
    void aKeeperWithACrowdIsNotReplaced() throws Exception {
        KeptAgent first = first();
        Object key = Files.readAttributes(Path.of(path()), "unix:ino").get("ino");
        crowd(first);

        assertThat(begin("--handover", path()).awaitEnd()).isEqualTo(1);
        assertThat(Files.readAttributes(Path.of(path()), "unix:ino").get("ino")).isEqualTo(key);
        first.signalKeeper("CONT");
        beginTaker().awaitStart();
    }

    /** It may be stopped: the agent is parked only for one that works. */
    @Test
    void aTakerThatDoesNotAnswerKeepsNobodyWaiting() throws Exception {
        KeptAgent first = first();
        first.ask("ignore");
        ProcessHandle agent = first.agent();
        assertThat(startStranger(List.of(), "take", "pod-1"))
                .as("the descriptor, and the question whether it is there")
                .isEqualTo("2");
        Thread.sleep(800); // it would have been killed by then

        assertThat(KeptAgent.runs(agent)).isTrue();
        assertThat(first.ask("send 0 WATCHDOG=1")).isEqualTo("0");
    }

    /** Fills the queue of a keeper that does not get on. */
    private void crowd(KeptAgent keeper) throws Exception {
        keeper.signalKeeper("STOP");
        assertThat(Integer.parseInt(startStranger(NO_ADMINISTRATOR, "crowd", "100")))
                .as("then it is full")
                .isLessThan(100);
    }
}
