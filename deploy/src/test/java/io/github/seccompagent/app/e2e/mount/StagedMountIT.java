package io.github.seccompagent.app.e2e.mount;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A mount is staged before a container sees it. What is left of that goes away. */
class StagedMountIT {
    private static final int MOUNTS = 40;
    private static final int OF_WORKERS = 10; // the idle workers that come and go meanwhile

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic");

    @Test
    void leavesNothingInTheHelper() {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(AGENT.socket()))) {
            container.shell("mount -t proc proc /root").orFail();
            long before = descriptorsOfHelper();

            container
                    .shell("i=0; while [ $i -lt " + MOUNTS + " ]; do mount -t proc proc /root || exit 1;"
                            + " i=$((i + 1)); done")
                    .orFail();

            Await.until("the end of what was staged").until(() -> descriptorsOfHelper() <= before + OF_WORKERS);
        }
    }

    private static long descriptorsOfHelper() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/" + AGENT.helper().pid() + "/fd"))) {
            return fds.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
