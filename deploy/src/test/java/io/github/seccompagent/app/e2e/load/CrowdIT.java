package io.github.seccompagent.app.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Callers with as many groups as possible make large calls that hang. What the agent keeps of them is bounded. */
class CrowdIT {
    private static final int MISC = 10;
    private static final int FUSE = 229;
    private static final int CONTAINERS = 8;
    private static final int PROCESSES = 40;
    private static final int ALL_READ_SECONDS = 3; // after the last has begun: the others have had longer

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    private static OciBundle bundle() {
        return OciBundle.notifying(AGENT.socket()).notified("setxattr", "mkdir");
    }

    @Test
    void theyDoNotFillTheAgentsMemory() {
        List<OciContainer> containers = new ArrayList<>();
        try (OciContainer quiet = OciContainer.start(OciRuntime.RUNC, bundle())) {
            for (int i = 0; i < CONTAINERS; i++) {
                OciBundle hostile = bundle().with("CAP_SYS_ADMIN")
                        .usualDevicesAnd("c", MISC, FUSE)
                        .bind(Path.of("/dev/fuse"), "/dev/fuse");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, hostile);
                containers.add(container);
                container.makeFolder("/place", 0, 0, "755");
                Attack.install(container, "crowd");
                container.begin("exec /crowd " + PROCESSES);
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(i == CONTAINERS - 1 ? ALL_READ_SECONDS : 1));
                quiet.shell("mkdir /a" + i).orFail();
                assertThat(quiet.hasFolder("/a" + i)).isTrue();
            }
        } finally {
            containers.forEach(OciContainer::close);
        }
    }
}
