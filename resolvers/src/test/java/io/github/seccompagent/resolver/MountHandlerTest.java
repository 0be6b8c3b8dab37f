package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers of the flags are from linux/mount.h. */
class MountHandlerTest {
    private static final TargetPath TARGET = new TargetPath(TargetPath.AT_FDCWD, TargetString.of("/mnt"));
    private static final long NOSUID_NODEV = 2 | 4;
    private final SyscallHandler handler = Handlers.mount(MountPolicy.of(Set.of("proc", "tmpfs", "fuse")));

    private static FakeCall mount(String type, long flags) {
        return new FakeCall("mount")
                .path(1, TargetPath.AT_FDCWD, "/mnt")
                .string(2, type)
                .number(3, flags);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2 | 4 | 8, 0x200000, 0x40, 0xC0ED0000L, 1L << 40})
    void rootIsGrantedTheMountWithTheArgumentsThatItGave(long flags) throws Exception {
        FakeCall call =
                mount("proc", flags).string(0, "source").string(4, "hidepid=2").byRoot();

        assertThat(handler.handle(call)).isSameAs(FakeCall.ANSWER);
        assertThat(call.made)
                .containsExactly(Arrays.asList(
                        "mount", TargetString.of("source"), TARGET, "proc", flags, TargetString.of("hidepid=2")));
    }

    @Test
    void sourceAndOptionsMayBeNull() throws Exception {
        FakeCall call = mount("tmpfs", 0).byRoot();

        handler.handle(call);

        assertThat(call.made).containsExactly(Arrays.asList("mount", null, TARGET, "tmpfs", NOSUID_NODEV, null));
    }

    /** REMOUNT, BIND, MOVE, UNBINDABLE, PRIVATE, SLAVE, SHARED, and some of them combined with others. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                0x20,
                0x1000,
                0x2000,
                0x20000,
                0x40000,
                0x80000,
                0x100000,
                0x1021,
                0x5000,
                0x44000,
                0x100000000L | 0x1000
            })
    void aChangeOfAMountThatExistsIsTheKernels(long flags) throws Exception {
        assertProceeds(mount("proc", flags).byRoot());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "overlay", "sysfs", "", "proc2", "pro", "PROC", "proc "})
    void anotherTypeIsTheKernels(String type) throws Exception {
        assertProceeds(mount(type, 0).byRoot());
    }

    @Test
    void noTypeIsTheKernels() throws Exception {
        assertProceeds(
                new FakeCall("mount").path(1, TargetPath.AT_FDCWD, "/mnt").byRoot());
    }

    @Test
    void whoeverIsNotRootIsTheKernels() throws Exception {
        assertProceeds(mount("proc", 0));
    }

    @Test
    void fuseStandsForItsSubtypes() throws Exception {
        FakeCall call = mount("fuse.sshfs", 0).byRoot();

        handler.handle(call);

        assertThat(call.made).containsExactly(Arrays.asList("mount", null, TARGET, "fuse.sshfs", NOSUID_NODEV, null));
        assertProceeds(mount("fuseblk", 0).byRoot());
        assertProceeds(mount("tmpfs.fuse", 0).byRoot());
    }

    @Test
    void aPolicyCanKeepSetuidProgramsAndDevices() throws Exception {
        FakeCall call = mount("ext4", 1).byRoot();

        Handlers.mount(new MountPolicy(Set.of("ext4"), false, true)).handle(call);

        assertThat(call.made).containsExactly(Arrays.asList("mount", null, TARGET, "ext4", 1L, null));
    }

    @Test
    void aPolicyCanAskForTheCapabilityAsWell() throws Exception {
        SyscallHandler strict = Handlers.mount(new MountPolicy(Set.of("proc"), true, false));
        FakeCall without = mount("proc", 0).byRoot();
        FakeCall with = mount("proc", 0).byRoot().with(Capability.CAP_SYS_ADMIN);

        assertThat(strict.handle(without)).isEqualTo(Response.proceed());
        assertThat(strict.handle(with)).isSameAs(FakeCall.ANSWER);
    }

    @Test
    void whatBelongsToTheWholeMachineIsNeverGranted() {
        for (String type : List.of("cgroup2", "mqueue", "devtmpfs", "")) {
            assertThatIllegalArgumentException().isThrownBy(() -> MountPolicy.of(Set.of(type)));
        }
    }

    @Test
    void theNewerInterfaceIsAnsweredWithEnosys() throws Exception {
        HandlerRegistry.Builder registry = HandlerRegistry.builder();
        MountPolicy.of(Set.of("proc")).addTo(registry);

        for (String syscall : List.of("fsopen", "move_mount", "open_tree", "mount_setattr")) {
            assertThat(registry.build().handlerOf(syscall, syscall).handle(new FakeCall(syscall).byRoot()))
                    .isEqualTo(Response.failure(Errno.ENOSYS));
        }
    }

    @Test
    void umountIsForWhomMountsAreGranted() throws Exception {
        SyscallHandler umount = Handlers.umount(MountPolicy.of(Set.of("proc")));
        FakeCall byRoot = new FakeCall("umount2")
                .path(0, TargetPath.AT_FDCWD, "/mnt")
                .number(1, 2)
                .byRoot();

        assertThat(umount.handle(byRoot)).isSameAs(FakeCall.ANSWER);
        assertThat(byRoot.made).containsExactly(List.of("umount", TARGET, 2));
        assertThat(umount.handle(new FakeCall("umount2"))).isEqualTo(Response.proceed());
    }

    private void assertProceeds(FakeCall call) throws Exception {
        assertThat(handler.handle(call)).isEqualTo(Response.proceed());
        assertThat(call.made).isEmpty();
    }
}
