package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A granted umount takes off only granted mounts. */
class UmountAttackIT {
    private static final int MNT_DETACH = 2;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("metadata");

    private static OciBundle bundle() {
        return OciBundle.notifying(AGENT.socket())
                .notified("mount", "umount2")
                .metadata("MOUNT_PROC=true\nMOUNT_OTHER_FS_LIST=tmpfs");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsNotGrantedStays(boolean userNamespace) {
        try (TempFolder shared = TempFolder.create();
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        (userNamespace ? bundle().userNamespace() : bundle()).bind(shared.path(), "/home"))) {
            container
                    .shell("mount -t proc proc /root && mount -t tmpfs tmpfs /tmp")
                    .orFail();
            String before = Attack.mountsOf(container.pid());

            for (String place : new String[] {
                "/proc",
                "/proc/keys",
                "/proc/sys",
                "/dev",
                "/",
                "/home",
                "/root/keys",
                "/root/sys",
                "/root/acpi",
                "/root/../proc",
                "/proc/self/root",
                "/root/self/cwd",
                "/tmp/.."
            }) {
                container.shell("busybox umount " + place + "; busybox umount -l " + place + "; cd /; umount -l .");
                assertThat(Attack.mountsOf(container.pid())).as(place).isEqualTo(before);
            }
            container.shell("umount -l /tmp && umount /root").orFail();
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "" + MNT_DETACH})
    void whatAnotherContainerMovesInItsPlaceStays(int flags) throws IOException, InterruptedException {
        try (TempFolder shared = TempFolder.create();
                TempFolder other = TempFolder.create()) {
            Files.createDirectory(shared.resolve("one"));
            Files.createDirectory(shared.resolve("two"));
            OciBundle bundle = bundle().bind(shared.path(), "/home").bind(other.path(), "/home/two");
            try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle);
                    OciContainer accomplice =
                            OciContainer.start(OciRuntime.RUNC, bundle().bind(shared.path(), "/home"))) {
                Attack.install(accomplice, "exchange");
                Process exchanging = accomplice.begin("exec /exchange /home/one /home/two");

                Map<String, Long> seen = Attack.run(
                        container, "takeoff", Attack.times(2_000, 100_000), "/home/one", Integer.toString(flags));

                assertThat(seen).containsKeys("taken off", "umount: error 1");
                assertThat(exchanging.isAlive()).isTrue();
            }
        }
    }
}
