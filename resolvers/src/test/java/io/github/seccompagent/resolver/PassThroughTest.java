package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassThroughTest {
    private static final TargetPath A = new TargetPath(-100, TargetString.of("a"));
    private static final TargetPath B = new TargetPath(7, TargetString.of("b"));

    private static Response handle(FakeCall call, String metadata) throws Exception {
        ContainerProcessState container =
                new ContainerProcessState("1", 9, metadata, new Container("c", "running", 9, "/", Map.of()));
        return NamedResolver.PASS_THROUGH
                .resolver()
                .resolve(container)
                .handlerOf(call.syscall(), call.family())
                .handle(call);
    }

    private static List<Object> made(FakeCall call) throws Exception {
        assertThat(handle(call, "")).isEqualTo(FakeCall.ANSWER);
        return call.made.get(0);
    }

    private static FakeCall call(String name) {
        return new FakeCall(name).path(0, -100, "a").path(1, 7, "b");
    }

    @Test
    void callsAreMadeAsTheyAre() throws Exception {
        assertThat(made(call("mkdir").number(1, 0751))).isEqualTo(List.of("mkdir", A, 0751));
        assertThat(made(call("rmdir"))).isEqualTo(List.of("unlink", A, 0x200));
        assertThat(made(call("unlink").number(1, 0))).isEqualTo(List.of("unlink", A, 0));
        assertThat(made(call("rename").number(2, 1))).isEqualTo(List.of("rename", A, B, 1));
        assertThat(made(call("link").number(2, 0x400))).isEqualTo(List.of("link", A, B, 0x400));
        assertThat(made(call("symlink"))).isEqualTo(List.of("symlink", A.name(), B));
        assertThat(made(call("chmod").number(1, 04755).number(2, 0x100))).isEqualTo(List.of("chmod", A, 04755, 0x100));
        assertThat(made(call("chown").number(1, 1000).number(2, -1))).isEqualTo(List.of("chown", A, 1000, -1, 0));
        assertThat(made(call("mknod").number(1, 0010644))).isEqualTo(List.of("mknod", A, 0010644, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chmod", "setxattr", "removexattr"})
    void aCallThatTheKernelHasNotIsNotLookedAtAnyFurther(String family) {
        FakeCall call = call(family).number(2, -1).number(5, -1).unknownToKernel();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> handle(call, ""))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOSYS));
    }

    @Test
    void extendedAttributesAreCopied() throws Exception {
        FakeCall set = call("setxattr")
                .string(1, "user.a")
                .string(2, "value")
                .number(3, 3)
                .number(4, 1);

        assertThat(made(set)).isEqualTo(List.of("setxattr", A, TargetString.of("user.a"), "val", 1, 0));
        assertThat(made(call("removexattr").string(1, "user.a")))
                .isEqualTo(List.of("removexattr", A, TargetString.of("user.a"), 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unlink", "chmod", "chown", "link", "rename", "setxattr", "removexattr"})
    void unknownFlagsComeBeforeThePath(String name) {
        FakeCall call = new FakeCall(name);
        for (int i = 1; i < 6; i++) {
            call.number(i, 0x40000);
        }

        assertFails(call, Errno.EINVAL);
    }

    @Test
    void attributesThatAreTooLarge() {
        String longest = "user." + "x".repeat(250);
        assertFails(call("removexattr").string(1, longest + "x"), Errno.ERANGE);
        assertFails(call("removexattr").string(1, ""), Errno.ERANGE);
        assertFails(call("setxattr").string(1, longest).number(3, 65537), Errno.E2BIG);
        assertFails(call("setxattr").string(1, longest).number(3, -1), Errno.E2BIG);
    }

    private static void assertFails(FakeCall call, Errno errno) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> handle(call, ""))
                .extracting(ErrnoException::errno)
                .isEqualTo(errno);
    }

    @Test
    void openIsTakenInOnlyWhereItIsAskedFor() throws Exception {
        FakeCall open = call("open").number(1, 0101).number(2, 0644);

        assertThat(handle(open, "PASS_OPEN=false")).isEqualTo(Response.proceed());
        assertThat(handle(open, "PASS_OPEN=true")).isEqualTo(FakeCall.ANSWER);
        assertThat(open.made).isEqualTo(List.of(List.of("openOrProceed", A, 0101L, 0644L, 0L)));
    }

    @Test
    void allElseIsLeftToTheKernel() throws Exception {
        assertThat(handle(new FakeCall("execve"), "")).isEqualTo(Response.proceed());
    }
}
