package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MS_* of mount(2) against MOUNT_ATTR_* of fsmount(2), numbers from linux/mount.h. */
class MountFlagsTest {

    @ParameterizedTest
    @CsvSource({
        // MS_*,     attributes, of the superblock
        "0x0,        0x0,        0x0",
        "0x1,        0x1,        0x1", // RDONLY
        "0x2,        0x2,        0x0", // NOSUID
        "0x4,        0x4,        0x0", // NODEV
        "0x8,        0x8,        0x0", // NOEXEC
        "0xe,        0xe,        0x0",
        "0x10,       0x0,        0x10", // SYNCHRONOUS
        "0x80,       0x0,        0x80", // DIRSYNC
        "0x100,      0x200000,   0x0", // NOSYMFOLLOW
        "0x400,      0x10,       0x0", // NOATIME
        "0x800,      0x80,       0x0", // NODIRATIME
        "0xc00,      0x90,       0x0",
        "0x8000,     0x0,        0x0", // SILENT
        "0x200000,   0x0,        0x0", // RELATIME
        "0x1000000,  0x20,       0x0", // STRICTATIME
        "0x1000400,  0x20,       0x0", // wins over NOATIME
        "0x2000000,  0x0,        0x2000000", // LAZYTIME
        "0xC0ED0001, 0x1,        0x1", // the magic number of old programs
    })
    void eachFlagIsHonoured(String flags, String attributes, String ofSuperblock) {
        long decoded = Long.decode(flags);

        assertThat(MountFlags.describeNewMount(decoded)).isTrue();
        assertThat(MountFlags.attributes(decoded)).isEqualTo(Long.decode(attributes));
        assertThat(MountFlags.ofSuperblock(decoded)).isEqualTo(Long.decode(ofSuperblock));
    }

    /**
     * REMOUNT, BIND, MOVE, UNBINDABLE, PRIVATE, SLAVE, SHARED, NOUSER with all bits above it, and some combinations.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x20",
                "0x1000",
                "0x2000",
                "0x20000",
                "0x40000",
                "0x80000",
                "0x100000",
                "0x80000000",
                "0xC0ED1000",
                "0x1021",
                "0x5000",
                "0x100000000",
            })
    void whatChangesAMountIsNoNewOne(String flags) {
        assertThat(MountFlags.describeNewMount(Long.decode(flags))).isFalse();
    }

    /** REC, POSIXACL, KERNMOUNT, I_VERSION and others. do_new_mount() of the kernel ignores them. */
    @ParameterizedTest
    @ValueSource(strings = {"0x200", "0x4000", "0x10000", "0x400000", "0x800000", "0x40000000", "0xC0ED4000"})
    void whatTheKernelIgnoresIsIgnored(String flags) {
        long decoded = Long.decode(flags);
        assertThat(MountFlags.describeNewMount(decoded)).isTrue();
        assertThat(MountFlags.attributes(decoded)).isZero();
        assertThat(MountFlags.ofSuperblock(decoded)).isZero();
    }
}
