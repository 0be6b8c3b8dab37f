package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One keeper takes over from another one, or fails to. */
class KeeperHandOverTest {
    @TempDir
    private Path folder;

    private final List<KeptAgent> agents = new ArrayList<>();

    @AfterEach
    void close() {
        agents.forEach(KeptAgent::close);
    }

    private String path() {
        return folder.resolve("agent.socket.keeper").toString();
    }

    /** A keeper that can be taken over from, and that stores two descriptors. */
    private KeptAgent first(String... options) throws Exception {
        KeptAgent first = start(options);
        first.send("READY=1");
        first.store("a", "socket");
        first.store("s1", "state");
        return first;
    }

    private KeptAgent start(String... options) throws Exception {
        KeptAgent agent = KeptAgent.startQuick(Stream.concat(Stream.of("--handover", path()), Stream.of(options))
                .toArray(String[]::new));
        agents.add(agent);
        return agent;
    }

    private KeptAgent taker(String... options) throws Exception {
        return start(Stream.concat(Stream.of("--takeover", path()), Stream.of(options))
                .toArray(String[]::new));
    }

    /** A keeper that does not get as far as to start an agent. */
    private KeptAgent refusedTaker(String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("--handover", path(), "--takeover", path()));
        all.addAll(List.of(options));
        KeptAgent agent =
                KeptAgent.startQuickKeeper(all, List.of(KeptAgent.program().toString()));
        agents.add(agent);
        assertThat(agent.awaitEnd()).isEqualTo(1);
        return agent;
    }

    /** Its agent hears that it may receive. */
    private static void complete(KeptAgent taker) throws Exception {
        taker.send("READY=1");
        assertThat(taker.ask("hear")).isEqualTo("GO=1");
    }

    private static void assertHasEverything(KeptAgent agent) throws Exception {
        assertThat(agent.handed()).containsExactlyInAnyOrder("a=socket", "s1=state");
    }

    @Test
    void whatIsStoredMovesToTheOther() throws Exception {
        KeptAgent first = first();
        ProcessHandle parked = first.agent();
        KeptAgent second = taker();

        assertThat(KeptAgent.runs(parked)).isFalse();
        assertThat(first.runs()).isTrue();
        assertThat(second.ask("waits")).isEqualTo("1");
        assertHasEverything(second);
        complete(second);
        assertThat(first.awaitEnd()).isZero();

        second.kill();
        assertThat(second.ask("waits")).isEqualTo("0");
        assertHasEverything(second);
        first.assertLog(log -> assertThat(log).containsExactly("another keeper has taken over: 2 descriptors"));
    }

    @Test
    void againAndAgain() throws Exception {
        KeptAgent last = first();
        for (int i = 0; i < 5; i++) {
            KeptAgent next = taker();
            complete(next);
            assertThat(last.awaitEnd()).isZero();
            last = next;
        }
        assertHasEverything(last);
    }

    @Test
    void whereThereIsNobodyAnAgentStartsWithNothing() throws Exception {
        KeptAgent only = taker();

        assertThat(only.count()).isZero();
        assertThat(only.ask("waits")).isEqualTo("0");
        only.signalKeeper("KILL");
        only.awaitEnd();
        assertThat(taker().count()).isZero();
    }

    @Test
    void oneThatStaysEndsWhenItIsToldTo() throws Exception {
        KeptAgent first = first("--stay");
        KeptAgent second = taker();
        complete(second);
        first.awaitLog("another keeper has taken over: 2 descriptors");

        Processes.await("nothing is kept", () -> first.keepersDescriptors() < 8);
        assertThat(first.runs()).isTrue();
        first.signalKeeper("TERM");
        assertThat(first.awaitEnd()).isZero();
        assertHasEverything(second);
    }

    /** In a pod, all processes end with the keeper. The other keeper's agent waits for what they do. */
    @Test
    void oneThatStaysOutlivesTheCallsOfItsAgent() throws Exception {
        KeptAgent first = first("--stay");
        long executor = Long.parseLong(first.ask("executor x1"));
        KeptAgent second = taker();
        complete(second);
        first.awaitLog("another keeper has taken over: 3 descriptors");
        first.signalKeeper("TERM");

        TimeUnit.MILLISECONDS.sleep(500);
        assertThat(first.runs()).isTrue();
        assertThat(Processes.runs(executor)).isTrue();
        Processes.signal(executor, "KILL");
        assertThat(first.awaitEnd()).isZero();
    }

    @Test
    void alsoIfItWasToldToEndBefore() throws Exception {
        KeptAgent first = first("--stay");
        long executor = Long.parseLong(first.ask("executor x1"));
        first.signalKeeper("TERM");
        first.awaitLog("another keeper can take over for 20 s");
        KeptAgent second = taker();
        complete(second);
        first.awaitLog("another keeper has taken over: 3 descriptors");

        TimeUnit.SECONDS.sleep(6); // its 20 seconds have five here
        assertThat(first.runs()).isTrue();
        Processes.signal(executor, "KILL");
        assertThat(first.awaitEnd()).isZero();
    }

    @Test
    void butNotPastASecondSignal() throws Exception {
        KeptAgent first = first("--stay");
        first.ask("executor x1");
        KeptAgent second = taker();
        complete(second);
        first.awaitLog("another keeper has taken over: 3 descriptors");
        first.signalKeeper("TERM");
        TimeUnit.MILLISECONDS.sleep(200);
        assertThat(first.runs()).isTrue();
        first.signalKeeper("TERM");

        assertThat(first.awaitEnd()).isZero();
    }

    /** In a pod: the one that follows it may be a moment late. */
    @Test
    void oneThatStaysGivesAlsoAfterItWasToldToEnd() throws Exception {
        KeptAgent first = first("--stay");
        first.signalKeeper("TERM");
        first.awaitLog("another keeper can take over for 20 s");
        first.kill();
        first.send("READY=1");
        KeptAgent second = taker();
        assertThat(first.runs()).isTrue();
        complete(second);

        assertThat(first.awaitEnd()).isZero();
        assertHasEverything(second);
    }

    @Test
    void oneThatStaysEndsAtOnceWhenItIsToldSoTwice() throws Exception {
        KeptAgent first = first("--stay");
        first.signalKeeper("TERM");
        first.awaitLog("another keeper can take over for 20 s");
        assertThat(KeptAgent.runs(first.agent())).isTrue();
        first.signalKeeper("TERM");

        assertThat(first.awaitEnd()).isEqualTo(128 + 15);
    }

    /** Its agent is parked already, and must not end what the other one goes on with. */
    @Test
    void oneThatIsToldToEndWhileItGivesGivesFirst() throws Exception {
        KeptAgent first = first();
        first.ask("ignore");
        first.order("hear");
        KeptAgent second = KeptAgent.startQuickKeeper(
                List.of("--handover", path(), "--takeover", path()),
                List.of(KeptAgent.program().toString()));
        agents.add(second);
        assertThat(first.next()).isEqualTo("PARK=1");
        first.signalKeeper("TERM");

        second.awaitStart();
        assertThat(second.ask("waits")).isEqualTo("1");
        assertThat(first.runs()).isTrue();
        complete(second);
        assertThat(first.awaitEnd()).isZero();
    }

    /** It was killed, so nobody else has what it kept. */
    @Test
    void anAgentThatFailsWhenTheFirstIsGoneIsStartedAgain() throws Exception {
        KeptAgent first = first();
        KeptAgent second = taker();
        first.signalKeeper("KILL");
        assertThat(second.ask("hear")).isEqualTo("GO=1");
        second.kill();

        assertHasEverything(second);
        second.send("READY=1");
        complete(taker());
    }

    /** It is killed two of the keeper's seconds after it was told. */
    @Test
    void anAgentThatIsParkedIsToldSoAndHeardToTheEnd() throws Exception {
        KeptAgent first = first();
        first.ask("ignore");
        first.order("hear");
        first.order("store late words");
        first.order("send 0 FDSTOREREMOVE=1/FDNAME=a");
        KeptAgent second = taker();

        assertThat(first.next()).isEqualTo("PARK=1");
        assertThat(first.next()).isEqualTo("ok");
        assertThat(second.handed()).containsExactlyInAnyOrder("s1=state", "late=words");
        complete(second);
    }

    /** Nobody could do it but the other one. */
    @Test
    void whenTheFirstIsKilledWhileItsAgentParksTheOtherHasEverything() throws Exception {
        KeptAgent first = first();
        first.ask("ignore");
        first.order("hear");
        KeptAgent second = KeptAgent.startQuickKeeper(
                List.of("--handover", path(), "--takeover", path()),
                List.of(KeptAgent.program().toString()));
        agents.add(second);
        assertThat(first.next()).isEqualTo("PARK=1");
        first.signalKeeper("KILL");

        second.awaitStart();
        assertThat(KeptAgent.runs(first.agent())).isFalse();
        assertHasEverything(second);
        assertThat(second.ask("waits")).isEqualTo("0");
        second.send("READY=1");
        complete(taker());
    }

    @Test
    void whenTheFirstIsKilledBeforeItHearsThatTheOtherIsReadyTheOtherGoesOn() throws Exception {
        KeptAgent first = first();
        KeptAgent second = taker();
        first.signalKeeper("STOP");
        second.send("READY=1");
        first.signalKeeper("KILL");

        assertThat(second.ask("hear")).isEqualTo("GO=1");
        assertHasEverything(second);
        second.kill();
        assertHasEverything(second);
    }

    @Test
    void tenThousandMoveToo() throws Exception {
        KeptAgent first = start();
        first.send("READY=1");
        assertThat(first.ask("many 0 10000")).isEqualTo("ok");
        KeptAgent second = taker();
        assertThat(second.ask("check")).isEqualTo("10000 of 10000");
        complete(second);

        assertThat(first.awaitEnd()).isZero();
        second.kill();
        assertThat(second.ask("check")).isEqualTo("10000 of 10000");
    }

    @Test
    void aTakerWhoseAgentFailsLeavesItToTheFirst() throws Exception {
        KeptAgent first = first();
        KeptAgent second = taker();
        second.order("exit 3");

        assertThat(second.awaitEnd()).isEqualTo(3);
        first.awaitStart();
        assertHasEverything(first);
        assertThat(first.ask("waits")).isEqualTo("0");
        first.assertLog(log -> assertThat(log).containsExactly("another keeper does not take over: it has ended"));
        complete(taker());
    }

    @Test
    void aTakerThatIsKilledBeforeItsAgentIsReadyDoesToo() throws Exception {
        KeptAgent first = first();
        KeptAgent second = taker();
        second.signalKeeper("KILL");

        first.awaitStart();
        assertHasEverything(first);
    }

    /** The first one does not know whether the other's agent receives already, so it sees to it that it does not. */
    @Test
    void aTakerThatIsKilledWhenItsAgentIsReadyDoesToo() throws Exception {
        KeptAgent first = first();
        KeptAgent second = taker();
        first.signalKeeper("STOP");
        second.send("READY=1");
        Thread.sleep(300); // it has told the first one by then
        second.signalKeeper("KILL");
        second.awaitEnd();
        assertThat(KeptAgent.runs(second.agent())).isTrue();
        first.signalKeeper("CONT");

        first.awaitStart();
        assertHasEverything(first);
        assertThat(KeptAgent.runs(second.agent())).isFalse();
    }

    @Test
    void aTakerThatIsStoppedWhenItsAgentIsReadyIsGivenUp() throws Exception {
        KeptAgent first = first();
        KeptAgent second = taker();
        first.signalKeeper("STOP");
        second.send("READY=1");
        Thread.sleep(300);
        second.signalKeeper("STOP");
        first.signalKeeper("CONT");

        first.awaitStart();
        assertHasEverything(first);
        second.signalKeeper("CONT");
        assertThat(second.awaitEnd()).isNotZero();
        assertThat(KeptAgent.runs(second.agent())).isFalse();
    }

    @Test
    void whenTheFirstIsKilledTheOtherHasEverything() throws Exception {
        KeptAgent first = first();
        KeptAgent second = taker();
        first.signalKeeper("KILL");

        assertThat(second.ask("hear")).isEqualTo("GO=1");
        second.send("READY=1");
        second.kill();
        assertHasEverything(second);
        complete(taker());
    }

    @Test
    void oneWithoutThePrivilegeIsRefused() throws Exception {
        KeptAgent first = first();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(path()))))
                .isEqualTo("rw-------");
        for (List<String> prefix : List.of(
                List.of("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"),
                List.of("unshare", "--user", "--map-root-user"),
                List.of("setpriv", "--reuid=65534", "--clear-groups"),
                List.of(
                        "setpriv",
                        "--reuid=65534",
                        "--clear-groups",
                        "--inh-caps=+sys_admin,+dac_override",
                        "--ambient-caps=+sys_admin,+dac_override"))) {
            List<String> command = new ArrayList<>(prefix);
            command.addAll(List.of(KeptAgent.helper(), "keep", "--takeover", path(), "--", "/bin/true"));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.waitFor()).isEqualTo(1);
        }

        first.assertLog(log -> assertThat(log)
                .as("once a second at most")
                .isNotEmpty()
                .containsOnly("another keeper does not take over: it is not root with CAP_SYS_ADMIN here"));
        assertThat(first.ask("send 0 WATCHDOG=1")).isEqualTo("0");
    }

    @Test
    void whomItWasTakenFromDoesNotTakeItBack() throws Exception {
        KeptAgent first = first("--identity", "pod-1", "--stay");
        KeptAgent second = taker("--identity", "pod-2");
        complete(second);
        first.signalKeeper("TERM");
        first.awaitEnd();
        ProcessHandle agent = second.agent();

        refusedTaker("--identity", "pod-1");
        second.assertLog(log ->
                assertThat(log).endsWith("another keeper does not take over: what is kept here was taken from it"));
        assertThat(KeptAgent.runs(agent)).isTrue();
        complete(taker("--identity", "pod-3"));
    }

    /** Calls wait at each attempt, and a pod is started again and again. */
    @Test
    void oneThatFailsAgainAndAgainHasToPause() throws Exception {
        KeptAgent first = first();
        for (int failures = 0; failures < 2; failures++) {
            KeptAgent failing = taker("--identity", "pod-1");
            failing.order("exit 3");
            assertThat(failing.awaitEnd()).isEqualTo(3);
            first.awaitStart();
            first.send("READY=1");
        }
        ProcessHandle agent = first.agent();
        Thread.sleep(1100); // it says once a second at most why it refuses

        refusedTaker("--identity", "pod-1");
        first.assertLog(log -> assertThat(log)
                .endsWith("another keeper does not take over: it has failed again and again, and has to pause"));
        assertThat(KeptAgent.runs(agent)).isTrue();
        complete(taker("--identity", "pod-2"));
    }

    @Test
    void twoKeepersAtOnePathAreOneTooMany() throws Exception {
        KeptAgent first = first();
        KeptAgent other = KeptAgent.startQuickKeeper(List.of("--handover", path()), List.of("/bin/true"));
        agents.add(other);

        assertThat(other.awaitEnd()).isEqualTo(1);
        assertThat(KeptAgent.runs(first.agent())).isTrue();
    }
}
