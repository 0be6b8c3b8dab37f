package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Syscalls;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Different kinds of programs make the same calls, each in its own way. */
class ProgramsIT {
    private static final int EBADMSG = 74;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic");

    private static OciContainer start(OciRuntime runtime) {
        return OciContainer.start(runtime, OciBundle.notifying(AGENT.socket()));
    }

    @ParameterizedTest
    @EnumSource
    void linkedStatically(OciRuntime runtime) {
        try (OciContainer container = start(runtime)) {
            container.exec("/bin/busybox", "mkdir", "/x").orFail();

            assertThat(container.hasFolder("/x" + container.suffix())).isTrue();
            assertThat(container.exec("/bin/busybox", "chmod", "700", "/home").err())
                    .isEqualTo("chmod: /home: Bad message\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void linkedDynamically(OciRuntime runtime) {
        try (OciContainer container = start(runtime)) {
            container.exec("/coreutils/mkdir", "/x").orFail();

            assertThat(container
                            .exec("/coreutils/ls", "-d", "/x" + container.suffix())
                            .orFail())
                    .isEqualTo("/x" + container.suffix());
            assertThat(container.exec("/coreutils/mkdir", "/x").err()).contains("File exists");
            assertThat(container.exec("/coreutils/chmod", "700", "/home").err())
                    .isEqualTo("/coreutils/chmod: changing permissions of '/home': Bad message\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bareSystemCalls(OciRuntime runtime) {
        try (OciContainer container = start(runtime)) {
            assertCalls(container, "/rawcall", Syscalls.ofThisMachine());
        }
    }

    /** These programs use other numbers and other registers. */
    @ParameterizedTest
    @EnumSource
    @EnabledOnOs(architectures = "amd64")
    void of32Bits(OciRuntime runtime) throws IOException {
        try (OciContainer container = start(runtime)) {
            Files.copy(
                    TestPrograms.rawCall32(),
                    container.rootfs().resolve("rawcall32"),
                    StandardCopyOption.COPY_ATTRIBUTES);
            assertCalls(container, "/rawcall32", Syscalls.I386);
        }
    }

    private static void assertCalls(OciContainer container, String program, Syscalls calls) {
        assertThat(container
                        .exec(program, calls.mkdirat(), "-100", "/home/raw", "493")
                        .status())
                .isZero();
        assertThat(container.hasFolder("/home/raw" + container.suffix())).isTrue();

        assertThat(container
                        .exec(program, calls.fchmodat(), "-100", "/home", "511", "0")
                        .status())
                .isEqualTo(EBADMSG);

        assertThat(container
                        .exec(program, calls.mount(), "proc", "/root", "proc", "0", "0")
                        .status())
                .isZero();
        assertThat(container.shell("ls /root/self/cmdline").orFail()).isEqualTo("/root/self/cmdline");
    }
}
