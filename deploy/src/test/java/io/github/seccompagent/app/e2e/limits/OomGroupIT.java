package io.github.seccompagent.app.e2e.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Cgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A kubelet has the kernel end all processes of a container if one needs too much memory. The keeper must not be one.
 */
class OomGroupIT {
    @Test
    void theKeeperDoesNotEndWithItsAgent() throws IOException {
        try (Cgroup cgroup = Cgroup.create(Cgroup.Hierarchy.ofVersion2(), "oom-group")) {
            Path group = cgroup.folder().resolve("memory.oom.group");
            boolean limitsMemory = Files.exists(group); // otherwise version 1 does
            if (limitsMemory) {
                Files.writeString(group, "1");
            }
            String enter = "echo $$ >" + cgroup.folder() + "/cgroup.procs; exec \"$0\" \"$@\"";
            try (AgentUnderKeeper kept = AgentUnderKeeper.startWithin(List.of("sh", "-c", enter), "none")) {
                if (limitsMemory) {
                    assertThat(Files.readString(group).strip()).isEqualTo("0");
                } else {
                    kept.keeper().awaitLog("DEBUG", "the keeper may end with the agent", "memory.oom.group");
                }
            }
        }
    }
}
