package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of granted mounts. Those that would be dangerous with the agent's privileges are refused. */
class MountOptionsTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "proc, \"hidepid=2,gid=5,subset=pid\", false",
                "proc, hidepid=2, true",
                "tmpfs, \"size=1m,gid=5\", true",
                "fuse, \"fd=0,rootmode=40000\", true",
                "fuseblk.ntfs, fd=3, true",
                "overlay, \"lowerdir=panic:/a/panic,userxattr\", true",
                "ext4, \"errors=remount-ro,journal_checksum,debug\", true",
                "ext4, \"nodev\", true",
                "fuse, fd=123456789, false",
                "fuse, fd=0x5, false",
                "fuse, fd=010, false",
                "fuse, fd=+7, false"
            })
    void harmless(String type, String options, boolean userNamespace) {
        assertThatCode(() -> MountOptions.requireHarmless(type, TargetString.of(options), userNamespace))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "proc, pidns=/proc/1/ns/pid, false, EINVAL",
        "proc, gid=5, true, EINVAL", // it would be a group of the host
        "sysfs, ro, false, EINVAL",
        "tmpfs, context=x, false, EPERM",
        "ext4, errors=panic, false, EPERM",
        "btrfs2, fatal_errors=panic, false, EPERM", // whatever the name of the option
        "ufs, onerror=panic, true, EPERM",
        "squashfs, ERRORS=Panic, false, EPERM",
        "xyz, panic_on_error, false, EPERM",
        "xyz, panic_on_error=1, false, EPERM",
        "gfs2, debug, false, EPERM",
        "btrfs, ro, false, EPERM", // the host knows its devices
        "f2fs, , false, EPERM", // its image names devices
        "erofs, ro, true, EPERM",
        "btrfs2, device=/dev/sda, false, EPERM",
        "ext4, journal_path=/dev/sda, false, EPERM",
        "ext4, journal_dev=0x801, false, EPERM",
        "xfs, LOGDEV=/dev/sda, false, EPERM",
        "xfs, rtdev=/dev/sda, false, EPERM",
        "reiserfs, jdev=/dev/sda, false, EPERM",
        "tmpfs, fd=0, false, EINVAL",
        "9p, fd=0, false, EINVAL",
        "9p, rfdno=3, false, EINVAL",
        "fuse, fd=08, false, EINVAL",
        "fuse, fd=0x, false, EINVAL",
        "fuse, fd, false, EINVAL",
        "fuse, fd=-1, false, EINVAL"
    })
    void refused(String type, @Nullable String options, boolean userNamespace, String errno) {
        TargetString given = options == null ? null : TargetString.of(options);

        assertThatThrownBy(() -> MountOptions.requireHarmless(type, given, userNamespace))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining(errno);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "ext4, , errors=remount-ro",
                "ext3, \"noload,nobarrier\", \"noload,nobarrier,errors=remount-ro\"",
                "ext2, errors=continue, errors=continue",
                "vfat, uid=5, uid=5"
            })
    void anImageDoesNotDecideAboutAPanic(String type, @Nullable String options, String safe) {
        TargetString given = options == null ? null : TargetString.of(options);

        assertThat(MountOptions.withoutPanic(type, given)).isEqualTo(TargetString.of(safe));
    }
}
