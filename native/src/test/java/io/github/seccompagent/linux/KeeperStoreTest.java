package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Processes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an agent stores is there for the next one. */
class KeeperStoreTest {
    private final KeptAgent agent;

    KeeperStoreTest() throws Exception {
        agent = KeptAgent.start();
        agent.send("READY=1");
    }

    @AfterEach
    void close() {
        agent.close();
    }

    @Test
    void whatIsStoredComesBackEachTimeThatTheAgentIsKilled() throws Exception {
        agent.store("a", "socket");
        agent.store("s1", "state");
        for (int i = 0; i < 5; i++) {
            agent.store("n" + i, "number-" + i);
            agent.kill();
            agent.send("READY=1");

            assertThat(agent.handed())
                    .hasSize(3 + i)
                    .contains("a=socket", "s1=state")
                    .contains("n" + i + "=number-" + i, "n0=number-0");
        }
        agent.assertLog(log -> assertThat(log)
                .contains("seccomp-agent was killed by signal 9: starting it again in 800 ms, 7 descriptors kept")
                .hasSize(5));
    }

    @Test
    void whatIsRemovedDoesNot() throws Exception {
        for (String name : new String[] {"l1", "l2", "l3", "l2"}) {
            agent.store(name, "in-" + name);
        }
        agent.send("FDSTOREREMOVE=1/FDNAME=l2");
        agent.send("FDSTOREREMOVE=1/FDNAME=l9");
        agent.kill();
        assertThat(agent.handed()).containsExactlyInAnyOrder("l1=in-l1", "l3=in-l3");

        agent.send("FDSTOREREMOVE=1/FDNAME=l3");
        agent.store("l2", "again");
        agent.kill();
        assertThat(agent.handed()).containsExactlyInAnyOrder("l1=in-l1", "l2=again");
    }

    /** The keeper is stopped meanwhile, so it learns of the end before it has read anything. */
    @Test
    void whatIsStoredJustBeforeTheEndIsKept() throws Exception {
        for (int i = 0; i < 5; i++) {
            agent.signalKeeper("STOP");
            for (int j = 0; j < 20; j++) {
                agent.store("x" + i + "." + j, "x");
            }
            agent.order("lastly last" + i + " breath");
            Processes.await("the agent has ended", () -> !KeptAgent.runs(agent.agent()));
            agent.signalKeeper("CONT");
            agent.awaitStart();
            agent.send("READY=1");

            assertThat(agent.handed()).hasSize(21 * (i + 1)).contains("last" + i + "=breath");
        }
    }

    @Test
    void oneMessageMayHaveManyDescriptorsOfOneName() throws Exception {
        assertThat(agent.ask("send 253 FDSTORE=1/FDNAME=many")).isEqualTo("0");
        agent.kill();
        assertThat(agent.handed()).hasSize(253).containsOnly("many=any");

        agent.send("FDSTOREREMOVE=1/FDNAME=many");
        agent.kill();
        assertThat(agent.handed()).isEmpty();
    }

    @Test
    void tenThousandComeBackTooAndNoMoreThanTheBound() throws Exception {
        assertThat(agent.ask("many 0 10000")).isEqualTo("ok");
        agent.kill();
        assertThat(agent.ask("check")).isEqualTo("10000 of 10000");

        assertThat(agent.ask("many 10000 17000")).isEqualTo("ok");
        agent.kill();
        assertThat(agent.ask("check")).isEqualTo("16384 of 16384");
        agent.assertLog(log -> assertThat(log)
                .contains("seccomp-agent sent the keeper a message that is refused: too many descriptors"));

        agent.send("FDSTOREREMOVE=1/FDNAME=m00000");
        agent.store("new", "in-its-place");
        agent.kill();
        assertThat(agent.count()).isEqualTo(16384);
        assertThat(agent.keepersDescriptors()).isLessThan(16384 + 20);
    }

    /** It goes on with what it has. Its output ends here with the keeper, so the kernel is asked. */
    @Test
    void anAgentOutlivesItsKeeper() throws Exception {
        agent.store("s1", "state");
        agent.kill();
        agent.signalKeeper("KILL");
        agent.awaitEnd();

        assertThat(agent.agent().parent())
                .hasValueSatisfying(parent -> assertThat(parent.pid()).isNotEqualTo(agent.keeper()));
        assertThat(KeptAgent.runs(agent.agent())).isTrue();
        assertThat(Processes.descriptors(agent.pid())).anyMatch(target -> target.startsWith("/memfd:kept"));
    }
}
