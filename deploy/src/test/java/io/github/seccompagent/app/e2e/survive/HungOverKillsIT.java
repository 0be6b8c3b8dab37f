package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.HungHelpers;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A container has as many workers that hang as it may have, however many agents there were. */
class HungOverKillsIT {
    private static final int MISC = 10;
    private static final int FUSE = 229;
    private static final int PROCESSES = 30;
    private static final int MANY = 20;
    private static final int LIMIT = 50;
    private static final int KILLS = 4;
    private static final long SECONDS = 2; // in this time each agent alone would have more than twenty

    @Test
    void theyCountInTheNextAgentToo() throws Exception {
        try (KeptAgent agent = KeptAgent.start("pass-through", "--log=warn");
                OciContainer quiet = OciContainer.start(OciRuntime.RUNC, bundle(agent))) {
            quiet.shell("mkdir /a").orFail();
            long executors = executors(agent);
            OciBundle hostile = bundle(agent)
                    .with("CAP_SYS_ADMIN")
                    .usualDevicesAnd("c", MISC, FUSE)
                    .bind(Path.of("/dev/fuse"), "/dev/fuse");
            try (OciContainer container = OciContainer.start(OciRuntime.RUNC, hostile)) {
                container.makeFolder("/place", 0, 0, "755");
                Attack.install(container, "hung");
                container.begin("exec /hung " + PROCESSES);
                for (int i = 0; i < KILLS; i++) {
                    Await.until("workers that hang").until(() -> HungHelpers.of(container) > MANY);
                    agent.kill();
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS));
                }
                assertThat(HungHelpers.of(container)).isBetween((long) MANY, (long) LIMIT);
                quiet.shell("mkdir /b").orFail();
            }
            Await.until("only the last agent's executor").until(() -> executors(agent) <= executors);
        }
    }

    private static OciBundle bundle(KeptAgent agent) {
        return OciBundle.notifying(agent.socket()).notified("mkdir", "mkdirat");
    }

    /** The processes below the keeper that are helpers with workers. */
    private static long executors(KeptAgent agent) {
        return ProcessHandle.of(agent.keeper().pid())
                .orElseThrow()
                .descendants()
                .filter(each -> each.info().command().orElse("").contains("seccomp-helper"))
                .filter(each -> each.children().findAny().isPresent())
                .count();
    }
}
