package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.LoopDevice;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that makes its own user namespace inside a container is root there. That grants it nothing. */
class NestedNamespaceIT {
    private static final int LOOP = 7;

    /** Prints the result of each call, and leaves a file at its end. */
    private static final String TRY = "cd /home; id -u; mount -t ext4 -o ro /dev/disk /root && echo BREACH ext4;"
            + " mount -t proc proc /etc && echo BREACH proc; mount -t sysfs none /sys && echo BREACH sysfs;"
            + " mknod null c 1 3 && echo BREACH mknod; >done; sleep 1000000";

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic");

    @AutoClose
    private static final AgentProcess GRANTING = AgentProcess.start("metadata");

    @ParameterizedTest
    @EnumSource
    void itsRootMountsNoProc(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, OciBundle.notifying(AGENT.socket()))) {
            String script = "busybox unshare -U -r -m sh -c 'id -u; mount -t proc proc /root; ls /root'";

            Command.Result result = container.shell(script);

            assertThat(result.out().strip()).as(result.err()).isEqualTo("0");
            assertThat(result.err()).contains("ermission denied");
        }
    }

    /** Whether the container's first process enters the namespace itself, or a child does. */
    @ParameterizedTest
    @CsvSource({
        "false, 0, false", "false, 1000, false", "false, 0, true", "false, 1000, true",
        "true, 0, false", "true, 1000, false", "true, 0, true", "true, 1000, true"
    })
    void itsRootIsNotTheContainers(boolean firstProcess, int uid, boolean userNamespace) throws IOException {
        String go = "until [ -e /home/go ]; do sleep 0.1; done; exec >/home/out 2>&1; ";
        String nested = "unshare -U -r -m sh -c '" + TRY + "'";
        try (LoopDevice disk = LoopDevice.with("ext4")) {
            OciBundle bundle = OciBundle.notifying(GRANTING.socket())
                    .notified("mount", "umount2", "mknod", "mknodat")
                    .metadata("MOUNT_PROC=true\nMOUNT_SYSFS=true\nMOUNT_OTHER_FS_LIST=tmpfs,ext4\n"
                            + "MOUNT_NEED_CAP_ADMIN=true\nMKNOD_DEVICES=null")
                    .usualDevicesAnd("b", LOOP, disk.minor())
                    .bind(disk.path(), "/dev/disk")
                    .uid(uid)
                    .command("sh", "-c", go + (firstProcess ? "exec " + nested : nested + "; :"));
            try (OciContainer container =
                    OciContainer.start(OciRuntime.RUNC, userNamespace ? bundle.userNamespace() : bundle)) {
                Path home = container.rootfs().resolve("home");
                Files.setAttribute(home, "unix:mode", 0777);
                Files.createFile(home.resolve("go"));
                Await.until("the end of the attempts").until(() -> Files.exists(home.resolve("done")));

                assertThat(Files.readString(home.resolve("out")))
                        .startsWith("0\n")
                        .contains("ermission denied")
                        .doesNotContain("BREACH");
            }
        }
    }
}
