package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Processes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no message of the protocol changes nothing, and leaves nothing. */
class KeeperMessagesTest {
    private final KeptAgent agent;

    KeeperMessagesTest() throws Exception {
        agent = KeptAgent.start();
        agent.send("READY=1");
        agent.store("s1", "state");
        agent.store("t", "temporary"); // what is closed first starts the process that closes
        agent.send("FDSTOREREMOVE=1/FDNAME=t");
        agent.kill();
        agent.send("READY=1");
    }

    @AfterEach
    void close() {
        agent.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "@",
                "garbage",
                "=",
                "=1",
                "FDSTORE=1",
                "FDSTORE=1/FDNAME=",
                "FDSTORE=1/FDNAME=sevenxx",
                "FDSTORE=1/FDNAME=a:b",
                "FDSTORE=1/FDNAME=a b",
                "FDSTORE=1/FDNAME=l1@",
                "FDSTORE=1/FDNAME=l1//",
                "FDSTORE=1/FDSTOREREMOVE=1/FDNAME=s1",
                "FDSTORE=1/FDNAME=l1/GIVEN=1",
                "PARKING=1/DONE=1",
                "FDSTOREREMOVE=1/FDNAME=s1",
                "FDNAME=l1",
                "READY=1",
                "FDSTORE=1/FDNAME=l1/WATCHDOG_USEC=",
                "FDSTORE=1/FDNAME=l1/WATCHDOG_USEC=-1",
                "FDSTORE=1/FDNAME=l1/WATCHDOG_USEC=99999999999999999999",
                "FDSTORE=0/FDNAME=l1"
            })
    void aMessageThatIsRefusedLeavesNoDescriptor(String message) throws Exception {
        int before = agent.keepersDescriptors();
        for (int fds : new int[] {1, 2, 100, 253, 253, 253}) {
            refuse(fds, message);
        }

        agent.kill();
        agent.assertLog(log -> assertThat(log)
                .filteredOn(line -> line.contains("refused"))
                .containsExactly("seccomp-agent sent the keeper a message that is refused: it makes no sense"));
        // The next agent may be there before the keeper has closed its copy of that one's socket.
        Processes.await("all are closed", () -> agent.keepersDescriptors() <= before);
        assertThat(agent.handed()).containsExactly("s1=state");
    }

    private void refuse(int fds, String message) throws Exception {
        assertThat(agent.ask("send " + fds + " " + message)).isEqualTo("0");
    }

    @Test
    void oneThatIsTooLongIsRefusedToo() throws Exception {
        refuse(1, "FDSTORE=1/FDNAME=l1/STATUS=" + "x".repeat(5000));
        agent.kill();

        assertThat(agent.handed()).containsExactly("s1=state");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FDSTORE=1/FDNAME=l1", "FDNAME=l1/FDSTORE=1/", "FDSTORE=1/FDNAME=l1/FDPOLL=0/STATUS=so so"})
    void linesOfOtherKeysAndAnyOrderAreNoReason(String message) throws Exception {
        refuse(1, message);
        agent.kill();

        assertThat(agent.handed()).containsExactlyInAnyOrder("s1=state", "l1=any");
    }

    /** A worker or an executor may have the socket by mistake. */
    @Test
    void onlyTheAgentItselfIsHeard() throws Exception {
        agent.order("childsends FDSTORE=1/FDNAME=l1");
        assertThat(agent.next()).isEqualTo("0");
        agent.awaitLog("seccomp-agent sent the keeper a message that is refused: another process sent it");
        agent.kill();

        assertThat(agent.handed()).containsExactly("s1=state");
    }

    /** What lies on it was sent by somebody who wants the last one that closes it to wait for 1,000 seconds. */
    @Test
    void aConnectionThatTakesForEverToCloseDoesNotHoldTheKeeper() throws Exception {
        int before = agent.keepersDescriptors();
        for (int i = 0; i < 5; i++) {
            assertThat(agent.ask("lingering c" + i)).isEqualTo("ok");
        }
        for (int i = 0; i < 5; i++) {
            agent.send("FDSTOREREMOVE=1/FDNAME=c" + i);
        }
        Processes.await("all are dropped", () -> agent.keepersDescriptors() <= before);
        for (int i = 0; i < 500; i++) {
            agent.store("t", "temporary");
            agent.send("FDSTOREREMOVE=1/FDNAME=t");
        }
        agent.kill();

        assertThat(agent.handed()).containsExactly("s1=state");
        agent.signalKeeper("TERM");
        assertThat(agent.awaitEnd()).isEqualTo(143);
    }
}
