package io.github.seccompagent.app.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.HungHelpers;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * A file system never answers, and its callers do not wait. Their workers cannot be killed. A container may have a
 * limited number of those, and then its further calls wait.
 */
class HungWorkersIT {
    private static final int MISC = 10;
    private static final int FUSE = 229;
    private static final int PROCESSES = 30;
    private static final int MANY = 20;
    private static final int LIMIT = 50;
    private static final long SECONDS = 3; // without the limit, each process would have six more after this time

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through", "--metrics-bind-address=127.0.0.1:0");

    @AutoClose
    private static final AgentProcess GRANTING = AgentProcess.start("metadata", "--metrics-bind-address=127.0.0.1:0");

    private static OciBundle bundle() {
        return OciBundle.notifying(AGENT.socket()).notified("mkdir", "mkdirat");
    }

    private static long hungWorkers() {
        return AGENT.helperAndWorkers().stream()
                .filter(worker -> HungHelpers.isHung(worker.pid()))
                .count();
    }

    @Test
    void thereAreSoManyOfAContainerAndNobodyElseWaits() throws Exception {
        try (OciContainer quiet = OciContainer.start(OciRuntime.RUNC, bundle())) {
            OciBundle hostile = bundle().with("CAP_SYS_ADMIN")
                    .usualDevicesAnd("c", MISC, FUSE)
                    .bind(Path.of("/dev/fuse"), "/dev/fuse");
            try (OciContainer container = OciContainer.start(OciRuntime.RUNC, hostile)) {
                container.makeFolder("/place", 0, 0, "755");
                Attack.install(container, "hung");
                container.begin("exec /hung " + PROCESSES);
                Await.until("workers that hang").until(() -> hungWorkers() > MANY);

                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS));

                assertThat(hungWorkers()).isBetween((long) MANY, (long) LIMIT);
                assertThat(Scrape.metrics(AGENT).get("seccompagent_hung_workers"))
                        .isPositive();
                quiet.shell("mkdir /a /b").orFail();
                assertThat(quiet.hasFolder("/b")).isTrue();
            }
            Await.until("their end").until(() -> hungWorkers() == 0);
        }
    }

    /** The hung process is a child of a worker. The worker itself ends at once. */
    @Test
    void aWorkerWhoseChildHangsKeepsItsPlaceToo() throws Exception {
        OciBundle hostile = OciBundle.notifying(GRANTING.socket())
                .notified("mount", "umount2")
                .metadata("MOUNT_OTHER_FS_LIST=fuse,overlay")
                .usualDevicesAnd("c", MISC, FUSE)
                .bind(Path.of("/dev/fuse"), "/dev/fuse");
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, hostile)) {
            container.makeFolder("/place", 0, 0, "755");
            Attack.install(container, "hung");
            container.begin("exec /hung " + PROCESSES + " overlay");
            Await.until("workers that hang").until(() -> HungHelpers.of(container) > MANY);

            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS));

            assertThat(HungHelpers.of(container)).isBetween((long) MANY, 2L * LIMIT);
            assertThat(Scrape.metrics(GRANTING).get("seccompagent_hung_workers"))
                    .isPositive();
        }
    }
}
