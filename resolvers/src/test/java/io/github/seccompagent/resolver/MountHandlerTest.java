package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of flags from linux/mount.h. */
class MountHandlerTest {
    private static final TargetPath TARGET = new TargetPath(TargetPath.AT_FDCWD, TargetString.of("/mnt"));
    private final SyscallHandler handler = Handlers.mount(Set.of("proc", "tmpfs"));

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

        assertThat(call.made).containsExactly(Arrays.asList("mount", null, TARGET, "tmpfs", 0L, null));
    }

    /** REMOUNT, BIND, MOVE, UNBINDABLE, PRIVATE, SLAVE, SHARED, and some with others. */
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

    private void assertProceeds(FakeCall call) throws Exception {
        assertThat(handler.handle(call)).isEqualTo(Response.proceed());
        assertThat(call.made).isEmpty();
    }
}
