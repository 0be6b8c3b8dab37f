package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However low the limit of open files is, an agent that is handed a full store can open files of its own. */
class KeeperLimitTest {
    @ParameterizedTest
    @CsvSource({"256, 4096, 3584", "256, 1024, 512", "1024, 1024, 512", "200, 200, 100"})
    void theNextAgentStartsWithAFullStore(int soft, int hard, int kept) throws Exception {
        try (KeptAgent agent = KeptAgent.startLimited(soft, hard)) {
            agent.send("READY=1");
            assertThat(agent.ask("many 0 " + hard)).isEqualTo("ok");
            agent.kill();
            assertThat(agent.ask("check")).isEqualTo(kept + " of " + kept);

            agent.send("READY=1");
            agent.send("FDSTOREREMOVE=1/FDNAME=m00000");
            agent.store("new", "in-its-place");
            agent.kill();
            assertThat(agent.count()).isEqualTo(kept);
        }
    }
}
