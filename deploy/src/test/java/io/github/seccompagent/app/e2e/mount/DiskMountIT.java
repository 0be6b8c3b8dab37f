package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.LoopDevice;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers without CAP_SYS_ADMIN mount FUSE, and filesystems of disks, which no user namespace may mount itself. */
class DiskMountIT {
    private static final int LOOP = 7;
    private static final int MISC = 10;
    private static final int FUSE = 229;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("metadata");

    private static OciBundle granting(String types, boolean userNamespace) {
        OciBundle bundle = OciBundle.notifying(AGENT.socket())
                .notified("mount", "umount2")
                .metadata("MOUNT_OTHER_FS_LIST=" + types);
        return userNamespace ? bundle.userNamespace() : bundle;
    }

    @ParameterizedTest
    @CsvSource({"ext4, false", "ext4, true", "squashfs, false", "squashfs, true"})
    void aDiskOfTheContainers(String type, boolean userNamespace) {
        try (LoopDevice disk = LoopDevice.with(type).ownedBy(userNamespace ? OciBundle.FIRST_ID : 0);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        granting(type, userNamespace)
                                .usualDevicesAnd("b", LOOP, disk.minor())
                                .bind(disk.path(), "/dev/disk"))) {
            container.shell("mount -t " + type + " -o ro /dev/disk /root").orFail();

            assertThat(container.shell("cd /root; stat -c '%n %u' roots theirs").orFail())
                    .isEqualTo("roots 0\ntheirs 1000");
            assertThat(container.shell("grep ' /root ' /proc/mounts").orFail())
                    .startsWith("/dev/disk /root " + type + " ro,nosuid,nodev,");
            container.shell("umount /root").orFail();
            assertThat(container.shell("grep -c ' /root ' /proc/mounts").out()).isEqualTo("0\n");
        }
    }

    /**
     * A caller with CAP_SYS_ADMIN in the container's user namespace may remount, but cannot take this restriction off.
     */
    @Test
    void whatADiskMustNotHaveIsLocked() {
        try (LoopDevice disk = LoopDevice.with("ext4").ownedBy(OciBundle.FIRST_ID);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        granting("ext4", true)
                                .with("CAP_SYS_ADMIN")
                                .usualDevicesAnd("b", LOOP, disk.minor())
                                .bind(disk.path(), "/dev/disk"))) {
            container.shell("mount -t ext4 /dev/disk /root").orFail();

            assertThat(container.shell("mount -o remount,bind,suid,dev /root").err())
                    .contains("ermission denied");
            assertThat(container
                            .shell("mount -o remount,bind,nosuid,nodev,noexec /root; grep ' /root ' /proc/mounts")
                            .orFail())
                    .startsWith("/dev/disk /root ext4 rw,nosuid,nodev,noexec,");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDiskThatTheContainersCgroupDenies(boolean userNamespace) {
        try (LoopDevice disk = LoopDevice.with("ext4").ownedBy(userNamespace ? OciBundle.FIRST_ID : 0);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        granting("ext4", userNamespace).usualDevicesOnly().bind(disk.path(), "/dev/disk"))) {
            assertThat(container.shell("mount -t ext4 /dev/disk /root").err()).contains("permission denied");
            assertThat(container.shell("grep -c ' /root ' /proc/mounts").out()).isEqualTo("0\n");
        }
    }

    /**
     * The cgroup and the owner of the node decide, as if the caller opened the node itself. A writable mount needs
     * write access.
     */
    @ParameterizedTest
    @CsvSource({
        "true, 0, 600, rw, ''",
        "true, 0, 600, ro, ''",
        "true, 0, 604, ro, ro",
        "true, 0, 604, rw, ro", // busybox tries this if it may not write
        "true, 0, 606, rw, rw",
        "true, 100000, 400, ro, ro",
        "true, 100000, 000, rw, rw", // root of its namespace
        "false, 1000, 600, rw, rw", // root
    })
    void aNodeThatIsNotTheCallers(boolean userNamespace, int owner, String mode, String how, String mounted) {
        try (LoopDevice disk = LoopDevice.with("ext4").ownedBy(owner);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        granting("ext4", userNamespace)
                                .usualDevicesAnd("b", LOOP, disk.minor())
                                .bind(disk.path(), "/dev/disk"))) {
            Command.run("chmod", mode, disk.path().toString()).orFail();

            Command.Result result = container.shell("mount -t ext4 -o " + how + " /dev/disk /root");

            assertThat(container
                            .shell("grep ' /root ' /proc/mounts | cut -d' ' -f4 | cut -d, -f1")
                            .out()
                            .strip())
                    .as(result.output())
                    .isEqualTo(mounted);
        }
    }

    /** The mounted node is the one that was checked, whatever the path leads to meanwhile. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPathThatLeadsToAnothersDisk(boolean userNamespace) {
        int user = userNamespace ? OciBundle.FIRST_ID : 0;
        try (LoopDevice own = LoopDevice.with("ext4").ownedBy(user);
                LoopDevice other = LoopDevice.with("ext4").ownedBy(4242);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        granting("ext4", userNamespace)
                                .without("CAP_DAC_OVERRIDE")
                                .usualDevicesAnd("b", LOOP, own.minor(), other.minor())
                                .bind(own.path(), "/dev/own")
                                .bind(other.path(), "/dev/other"))) {
            assertThat(Attack.run(container, "disks", Attack.times(40, 2000))).containsKey("own");
        }
    }

    /** The mount does not give the caller a capability to override modes. Only the caller's own counts. */
    @Test
    void rootWithoutCapabilities() {
        try (LoopDevice disk = LoopDevice.with("ext4").ownedBy(1000);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        granting("ext4", false)
                                .without("CAP_DAC_OVERRIDE")
                                .usualDevicesAnd("b", LOOP, disk.minor())
                                .bind(disk.path(), "/dev/disk"))) {
            assertThat(container.shell("mount -t ext4 -o ro /dev/disk /root").status())
                    .isNotZero();
            assertThat(container.shell("grep -c ' /root ' /proc/mounts").out()).isEqualTo("0\n");
        }
    }

    /** The agent checks nothing that the kernel would not check. */
    @Test
    void anAdministratorsMount() {
        try (LoopDevice disk = LoopDevice.with("ext4").ownedBy(1000);
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        granting("ext4", false)
                                .without("CAP_DAC_OVERRIDE")
                                .with("CAP_SYS_ADMIN")
                                .usualDevicesAnd("b", LOOP, disk.minor())
                                .bind(disk.path(), "/dev/disk"))) {
            container.shell("mount -t ext4 -o ro /dev/disk /root").orFail();
        }
    }

    /** Where device nodes do not work, they cannot be used for a mount either. */
    @Test
    void aNodeOnAMountWithoutDevices() {
        try (LoopDevice disk = LoopDevice.with("ext4");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC, granting("ext4,tmpfs", false).usualDevicesAnd("b", LOOP, disk.minor()))) {
            container.shell("mount -t tmpfs none /home").orFail();
            Command.run(
                            "nsenter",
                            "--mount",
                            "--target=" + container.pid(),
                            "mknod",
                            "-m",
                            "666",
                            "/home/disk",
                            "b",
                            Integer.toString(LOOP),
                            Integer.toString(disk.minor()))
                    .orFail();

            assertThat(container.shell("mount -t ext4 /home/disk /root").status())
                    .isNotZero();
            assertThat(container.shell("grep -c ' /root ' /proc/mounts").out()).isEqualTo("0\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"fuse, false", "fuse, true", "fuse.own, false", "fuse.own, true"})
    void theCallersDescriptorOfFuse(String type, boolean userNamespace) throws IOException {
        try (OciContainer container = withFuse(userNamespace)) {
            assertThat(container.exec("/fusemount", "/root", type).orFail())
                    .isEqualTo("own /root " + type
                            + " rw,nosuid,nodev,noexec,relatime,user_id=0,group_id=0 0 0\nmode 40751");
        }
    }

    /** As fusermount3 mounts for a user: root may not look at the mount, but can take it off. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fuseOfAUser(boolean userNamespace) throws IOException {
        try (OciContainer container = withFuse(userNamespace)) {
            String seen = "own /root fuse.users rw,nosuid,nodev,noexec,relatime,user_id=1000,group_id=0 0 0";

            assertThat(container
                            .exec("/fusemount", "/root", "fuse.users", "1000")
                            .orFail())
                    .isEqualTo(seen);
            assertThat(container.shell("grep -c ' /root ' /proc/mounts").out()).isEqualTo("0\n");
        }
    }

    /**
     * fd=N must mean the caller's descriptor, never one of the worker's. A number that is not open, or a wrong file,
     * fails.
     */
    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "3", "7", "99"})
    void aDescriptorThatIsNotOneOfFuse(String number) throws IOException {
        try (OciContainer container = withFuse(false)) {
            Command.Result mounted = container.shell(
                    "exec 7>&- 3</bin; mount -t fuse -o fd=" + number + ",rootmode=40000,user_id=0,group_id=0 x /root");

            assertThat(mounted.err()).contains("nvalid argument");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "07", "0x7", "+7"})
    void theKernelReadsNumbersInMoreThanOneForm(String number) throws IOException {
        try (OciContainer container = withFuse(false)) {
            String options = "fd=" + number + ",rootmode=40000,user_id=0,group_id=0";

            container
                    .shell("exec 7<>/dev/fuse; mount -t fuse -o " + options + " x /root && umount /root")
                    .orFail();
        }
    }

    @Test
    void aRootThatIsAFileDoesNotFitAFolder() throws IOException {
        try (OciContainer container = withFuse(false)) {
            Command.Result mounted = container.shell(
                    "exec 7<>/dev/fuse; mount -t fuse -o fd=7,rootmode=100000,user_id=0,group_id=0 x /root");

            assertThat(mounted.err()).contains("Not a directory");
        }
    }

    /** Closing a file on FUSE waits for its daemon, maybe for ever. That affects only the container. */
    @Test
    void aFileWhoseCloseNeverEnds() throws IOException {
        try (AgentProcess agent = AgentProcess.start("metadata")) {
            OciBundle bundle = OciBundle.notifying(agent.socket())
                    .notified("mount", "umount2")
                    .metadata("MOUNT_OTHER_FS_LIST=fuse")
                    .usualDevicesAnd("c", MISC, FUSE)
                    .bind(Path.of("/dev/fuse"), "/dev/fuse");
            try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
                container.shell("chmod 666 /dev/fuse; exit 0");

                assertThat(Attack.run(container, "notfuse", "3")).containsEntry("Invalid argument", 3L);

                assertThat(Command.run("sh", "-c", "ls -l /proc/" + agent.pid() + "/fd | grep -c /root/file")
                                .out())
                        .isEqualTo("0\n");
            }
        }
    }

    private static OciContainer withFuse(boolean userNamespace) throws IOException {
        OciContainer container = OciContainer.start(
                OciRuntime.RUNC,
                granting("fuse", userNamespace)
                        .usualDevicesAnd("c", MISC, FUSE)
                        .bind(Path.of("/dev/fuse"), "/dev/fuse"));
        Files.copy(
                TestPrograms.FUSE_MOUNT, container.rootfs().resolve("fusemount"), StandardCopyOption.COPY_ATTRIBUTES);
        container.shell("chmod 666 /dev/fuse; exit 0");
        return container;
    }
}
