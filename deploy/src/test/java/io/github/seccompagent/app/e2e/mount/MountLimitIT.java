package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.resolver.MountPolicy;
import io.github.seccompagent.runtime.SeccompAgent;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * A container can have a limited number of granted mounts, wherever they are and whoever sees them. Mounts that are
 * gone do not count.
 */
class MountLimitIT {
    private static final int LIMIT = 5;
    private static final MountPolicy POLICY = new MountPolicy(Set.of("tmpfs", "sysfs"), false, false);
    private static final String FILL =
            "cd /home; mkdir 1 2 3 4 5 6; for n in 1 2 3 4 5; do mount -t tmpfs none $n || exit 1; done;";

    @AutoClose
    private static final EmbeddedAgent AGENT =
            EmbeddedAgent.with(SeccompAgent.builder().maxMountsPerContainer(LIMIT), handlers -> {
                POLICY.addTo(handlers);
                return handlers;
            });

    private static OciContainer start(String... command) {
        return OciContainer.start(
                OciRuntime.RUNC,
                OciBundle.notifying(AGENT.socket()).notified("mount", "umount2").command(command));
    }

    @Test
    void oneMoreIsRefusedUntilAnotherIsTakenOff() {
        try (OciContainer container = start("sleep", "1000000")) {
            assertThat(container.shell(FILL + "mount -t tmpfs none 6").err()).contains("No space left on device");
            container.shell("cd /home; umount 3; mount -t tmpfs none 6").orFail();
        }
    }

    @Test
    void whatWentWithTheMountThatItWasInIsGone() {
        try (OciContainer container = start("sleep", "1000000")) {
            String round = "mount -t tmpfs none home && mkdir home/s && mount -t sysfs none home/s && umount home";

            container
                    .shell("for n in 1 2 3 4 5 6 7 8 9 10 11 12; do " + round + " || exit 1; done")
                    .orFail();

            assertThat(container.shell("grep -c home /proc/mounts").out()).isEqualTo("0\n");
        }
    }

    @Test
    void whatAProcessWithAnotherRootDoesNotSeeCounts() {
        String jail =
                "mkdir -p /jail/bin /jail/mnt; cp /bin/busybox /jail/bin; exec chroot /jail /bin/busybox sleep 1000000";
        try (OciContainer container = start("sh", "-c", jail)) {
            Await.until("the change of the root").until(() -> container.hasFolder("/jail/mnt"));
            container.shell(FILL).orFail();

            assertThat(container
                            .shell("chroot /jail /bin/busybox mount -t tmpfs none /mnt")
                            .err())
                    .contains("No space left on device");
        }
    }
}
