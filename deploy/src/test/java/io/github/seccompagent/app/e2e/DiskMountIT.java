package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filesystems of disks, which no user namespace may mount itself, and FUSE, for containers without CAP_SYS_ADMIN. */
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
        try (LoopDevice disk = LoopDevice.with(type);
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

    /** Who has CAP_SYS_ADMIN in the container's user namespace may remount, and still not take that off. */
    @Test
    void whatADiskMustNotHaveIsLocked() {
        try (LoopDevice disk = LoopDevice.with("ext4");
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
        try (LoopDevice disk = LoopDevice.with("ext4");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        granting("ext4", userNamespace).usualDevicesOnly().bind(disk.path(), "/dev/disk"))) {
            assertThat(container.shell("mount -t ext4 /dev/disk /root").err()).contains("permission denied");
            assertThat(container.shell("grep -c ' /root ' /proc/mounts").out()).isEqualTo("0\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"fuse, false", "fuse, true", "fuse.own, false", "fuse.own, true"})
    void theCallersDescriptorOfFuse(String type, boolean userNamespace) throws IOException {
        try (OciContainer container = OciContainer.start(
                OciRuntime.RUNC,
                granting("fuse", userNamespace)
                        .usualDevicesAnd("c", MISC, FUSE)
                        .bind(Path.of("/dev/fuse"), "/dev/fuse"))) {
            Files.copy(
                    TestPrograms.FUSE_MOUNT,
                    container.rootfs().resolve("fusemount"),
                    StandardCopyOption.COPY_ATTRIBUTES);
            container.shell("chmod 666 /dev/fuse; exit 0");

            assertThat(container.exec("/fusemount", "/root", type).orFail())
                    .isEqualTo("own /root " + type
                            + " rw,nosuid,nodev,noexec,relatime,user_id=0,group_id=0 0 0\nmode 40751");
        }
    }
}
