package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedResolverTest {

    @ParameterizedTest
    @EnumSource
    void isFoundByItsName(NamedResolver named) {
        assertThat(NamedResolver.of(named.cliName())).contains(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "demo_basic", "DEMO-BASIC", "none "})
    void anyOtherNameIsNone(String name) {
        assertThat(NamedResolver.of(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mkdir", "chmod", "mount", "open"})
    void noneLeavesEverythingToTheKernel(String family) throws Exception {
        assertThat(registry("none").handlerOf(family, family).handle(new FakeCall(family)))
                .isEqualTo(Response.proceed());
    }

    @Test
    void theDemoAddsThePidOfTheContainersFirstProcess() throws Exception {
        FakeCall call =
                new FakeCall("mkdirat").path(0, TargetPath.AT_FDCWD, "/abc").number(1, 0755);

        registry("demo-basic").handlerOf("mkdirat", "mkdir").handle(call);

        assertThat(call.made)
                .containsExactly(
                        List.of("mkdir", new TargetPath(TargetPath.AT_FDCWD, TargetString.of("/abc-pid-4711")), 0755));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chmod", "fchmodat", "fchmodat2"})
    void theDemoFailsChmodWithBadMessage(String syscall) throws Exception {
        assertThat(registry("demo-basic").handlerOf(syscall, "chmod").handle(new FakeCall(syscall)))
                .isEqualTo(Response.failure(Errno.EBADMSG));
    }

    @Test
    void theDemoMountsProcAndNothingElse() throws Exception {
        FakeCall proc = mount("proc");
        FakeCall tmpfs = mount("tmpfs");

        assertThat(registry("demo-basic").handlerOf("mount", "mount").handle(proc))
                .isSameAs(FakeCall.ANSWER);
        assertThat(registry("demo-basic").handlerOf("mount", "mount").handle(tmpfs))
                .isEqualTo(Response.proceed());
        assertThat(proc.made).hasSize(1);
        assertThat(tmpfs.made).isEmpty();
    }

    private static FakeCall mount(String type) {
        return new FakeCall("mount")
                .path(1, TargetPath.AT_FDCWD, "/proc")
                .string(2, type)
                .byRoot();
    }

    private static HandlerRegistry registry(String name) throws Exception {
        return NamedResolver.of(name).orElseThrow().resolver().resolve(FakeCall.containerWithPid(4711));
    }
}
