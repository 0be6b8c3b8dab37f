package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A thread rewrites the memory that another thread's call points to while the call is in flight. The agent does what it
 * checked.
 */
class MountRaceIT {
    private static final String TRIES = Attack.times(800, 100_000);

    /**
     * An option that names another pid namespace than the container's. A process that builds a proc has such a file.
     */
    private static final String FOREIGN = "pidns=/proc/self/ns/pid";

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("metadata");

    @AutoClose
    private static final AgentProcess DEMO = AgentProcess.start("demo-basic");

    private String hostBefore = "";

    @BeforeEach
    void lookAtTheHost() {
        hostBefore = Attack.mountsOfTheHost();
    }

    @AfterEach
    void nothingOfTheHostHasChanged() {
        assertThat(Attack.mountsOfTheHost()).isEqualTo(hostBefore);
        assertThat(AGENT.isAlive()).isTrue();
    }

    private static OciBundle granting(String metadata) {
        return OciBundle.notifying(AGENT.socket()).notified("mount", "umount2").metadata(metadata);
    }

    @Test
    void onlyTheGrantedTypeIsMounted() {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, granting("MOUNT_OTHER_FS_LIST=tmpfs"))) {
            Map<String, Long> seen = Attack.run(container, "flip", "mount", "type", TRIES, "tmpfs", "ramfs");

            assertThat(seen).containsKeys("made /a tmpfs rw", "error 1");
            assertThat(seen.keySet())
                    .allMatch(what -> what.startsWith("made /a tmpfs rw") || what.startsWith("error "));
        }
    }

    @Test
    void aProcIsNeverSomethingElse() {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, granting("MOUNT_PROC=true"))) {
            Map<String, Long> seen = Attack.run(container, "flip", "mount", "type", TRIES, "proc", "overlay");

            assertThat(seen).containsKeys("made /a proc own", "error 1");
            assertThat(seen.keySet()).allMatch(what -> what.equals("made /a proc own") || what.startsWith("error "));
        }
    }

    @Test
    void aTargetIsOneOfThoseThatWereNamed() {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, granting("MOUNT_OTHER_FS_LIST=tmpfs"))) {
            Map<String, Long> seen = Attack.run(container, "flip", "mount", "path", TRIES, "/a", "/b");

            assertThat(seen.keySet()).containsExactlyInAnyOrder("made /a tmpfs rw", "made /b tmpfs rw");
        }
    }

    @Test
    void optionsAreThoseThatWereChecked() {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, granting("MOUNT_PROC=true"))) {
            Map<String, Long> seen =
                    Attack.run(container, "flip", "mount", "proc-options", TRIES, "hidepid=0", FOREIGN);

            assertThat(seen).containsKeys("made /a proc own", "error 22");
            assertThat(seen.keySet()).allMatch(what -> what.equals("made /a proc own") || what.startsWith("error "));
        }
    }

    @Test
    void optionsAreNeverOfTwoMinds() {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, granting("MOUNT_OTHER_FS_LIST=tmpfs"))) {
            Map<String, Long> seen =
                    Attack.run(container, "flip", "mount", "options", TRIES, "size=4k", "size=8k,context=x");

            assertThat(seen).containsKeys("made /a tmpfs rw,size=4k", "error 1");
        }
    }

    @Test
    void everyNewFolderHasTheSuffix() {
        OciBundle bundle = OciBundle.notifying(DEMO.socket());
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            String suffix = container.suffix();

            Map<String, Long> seen =
                    Attack.run(container, "flip", "mkdir", "path", TRIES, "/home/x" + suffix, "/home/evil");

            assertThat(seen).containsKeys("made /home/evil" + suffix, "made /home/x" + suffix + suffix);
            assertThat(seen.keySet()).allMatch(what -> what.endsWith(suffix) || what.startsWith("error "));
        }
    }
}
