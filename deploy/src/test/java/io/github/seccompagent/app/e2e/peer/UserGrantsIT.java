package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.LoopDevice;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user of a socket gets nothing by its own words, and nothing that needs the agent's privileges. */
class UserGrantsIT {
    private static final String REFUSED = "Operation not permitted";
    private static final String[] USER = {"setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"};
    private static final String EVERYTHING = "MOUNT_PROC=true\\nMOUNT_SYSFS=true\\nMOUNT_OTHER_FS_LIST=ext4,tmpfs\\n"
            + "MKNOD_DEVICES=null,zero\\nPASS_OPEN=true\\n";

    /** The result of each attempt in the user's own user namespace, by a process that has dropped CAP_SYS_ADMIN. */
    private static Map<String, String> attack(AgentProcess agent) {
        Path socket = Path.of(agent.socket() + ".1234");
        try (LoopDevice disk = LoopDevice.with("ext4")) {
            String said = Command.run(Command.concat(
                            List.of(USER),
                            List.of(
                                    TestPrograms.attack("user").toString(),
                                    socket.toString(),
                                    disk.path().toString(),
                                    EVERYTHING)))
                    .orFail();
            return said.lines()
                    .map(line -> line.split(": ", 2))
                    .collect(Collectors.toMap(part -> part[0], part -> part[1]));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata", "kubernetes", "demo-basic", "pass-through"})
    void itsOwnMetadataGrantsNothing(String resolver) {
        try (AgentProcess agent = AgentProcess.start(resolver, "--allow-uid=1234")) {
            assertThat(attack(agent))
                    .containsOnlyKeys("mknod", "disk", "sysfs", "proc", "tmpfs", "umount")
                    .doesNotContainValue("done");
            agent.awaitLog("container mine of uid 1234: serving");
            assertThat(agent.log()).noneMatch(line -> line.contains("kube-system"));
        }
    }

    /** The agent uses its privileges for a user not even where an administrator grants the mount. */
    @Test
    void whatIsConfiguredForItGrantsWhatItsNamespaceMayMount() {
        try (AgentProcess agent = AgentProcess.start(
                "metadata",
                "--allow-uid=1234",
                "--allow-uid-metadata=1234:MOUNT_OTHER_FS_LIST=ext4,tmpfs",
                "--allow-uid-metadata=1234:MOUNT_PROC=true",
                "--allow-uid-metadata=1234:MOUNT_SYSFS=true",
                "--allow-uid-metadata=1234:MKNOD_DEVICES=null")) {
            assertThat(attack(agent))
                    .containsOnly(
                            Map.entry("mknod", REFUSED),
                            Map.entry("disk", REFUSED),
                            Map.entry("sysfs", REFUSED),
                            Map.entry("proc", REFUSED),
                            Map.entry("tmpfs", "done"),
                            Map.entry("umount", "done"));
        }
    }

    @Test
    void metadataIsOfAUidThatIsAllowed() {
        assertThat(Command.run(AgentProcess.program(), "--allow-uid-metadata=1234:A=b")
                        .toString())
                .contains("--allow-uid-metadata");
    }
}
