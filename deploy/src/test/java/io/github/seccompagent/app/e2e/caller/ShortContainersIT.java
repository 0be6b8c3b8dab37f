package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Alone;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.LoopDevice;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container whose last call was made on its behalf is gone as soon as its runtime deletes it. */
@Alone // a container that starts beside it has the mounts of the host for a moment
class ShortContainersIT {
    private static final int CONTAINERS = 15;
    private static final int FEW = 2;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    @Test
    void theirCgroupsCanBeRemovedAtOnce() {
        assertThat(complaints("mkdir /a /b /c; exec mkdir /d")).isEmpty();
    }

    /** Its worker is still there, and ends together with the container. Now and then runc is quicker. */
    @Test
    void soCanMostOfThoseWhoseFirstProcessMadeManyCalls() {
        assertThat(complaints("cd /; exec mkdir $(seq 500)")).hasSizeLessThan(2 * CONTAINERS / 3);
    }

    /**
     * Who waits for the runtime may take back what was mounted for the container. The last one in its mount namespace
     * takes the mounts apart. This takes long, because there is a large file.
     */
    @ParameterizedTest
    @ValueSource(strings = {"exec mkdir $(seq 500)", "mkdir $(seq 500); exec rmdir $(seq 500)"})
    void theirMountsAreGoneWithThem(String line) throws Exception {
        try (LoopDevice disk = LoopDevice.with("ext4");
                TempFolder volume = TempFolder.create()) {
            OciBundle bundle = OciBundle.notifying(AGENT.socket())
                    .notified("mkdir", "mkdirat", "rmdir", "unlinkat")
                    .bind(volume.path(), "/volume")
                    .command("sh", "-c", "dd if=/dev/zero of=/dev/large bs=1M count=1000 2>/dev/null; cd /; " + line);
            for (int i = 0; i < FEW; i++) {
                Command.run("mount", disk.path().toString(), volume.path().toString())
                        .orFail();
                Command.Result result = OciContainer.runToEnd(OciRuntime.RUNC, bundle);
                Command.run("umount", volume.path().toString()).orFail();

                assertThat(result.status()).as(result.err()).isZero();
                assertThat(result.err()).as("what it says when it gives up").doesNotContain("level=error");
                assertThat(Command.run("mkfs.ext4", "-q", disk.path().toString())
                                .err())
                        .as("what it says of a disk that is in use")
                        .isEmpty();
            }
        }
    }

    /** What the runtime says about those containers of which it says something. */
    private static List<String> complaints(String line) {
        OciBundle bundle =
                OciBundle.notifying(AGENT.socket()).notified("mkdir", "mkdirat").command("sh", "-c", line);
        List<String> said = new ArrayList<>();
        for (int i = 0; i < CONTAINERS; i++) {
            Command.Result result = OciContainer.runToEnd(OciRuntime.RUNC, bundle);
            assertThat(result.status()).as(result.err()).isZero();
            said.add(result.err());
        }
        return said.stream().filter(each -> !each.isEmpty()).toList();
    }
}
