package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import io.github.seccompagent.resolver.MountPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Calls of mount and umount2 on behalf return what a caller with CAP_SYS_ADMIN gets, and leave the same mount table.
 */
class MountTwinsIT {
    private static final MountPolicy POLICY = new MountPolicy(Set.of("tmpfs", "proc", "overlay"), false, true);

    @AutoClose
    private static final EmbeddedAgent GRANTING = EmbeddedAgent.with(handlers -> {
        POLICY.addTo(handlers);
        return handlers;
    });

    @AutoClose
    private static final AgentProcess PASSING_THROUGH = AgentProcess.start("pass-through");

    @AutoClose
    private static final AgentProcess NONE = AgentProcess.start("none");

    /** The exception: without the capability, the kernel does not even look whether there is a mount to take off. */
    @Test
    void whatIsGrantedIsWhatTheCapabilityGives() throws IOException {
        List<String> byCapability = run(direct(), "granted").stream()
                .map(line -> line.replaceFirst("^(  umount (?!flags).*): EINVAL$", "$1: EPERM"))
                .toList();

        assertThat(run(notifyingMounts(GRANTING.socket()), "granted"))
                .hasSizeGreaterThan(200)
                .containsExactlyElementsOf(byCapability);
    }

    @Test
    void whatIsMadeAsTheCallerMayIsTheKernels() throws IOException {
        assertThat(run(notifyingMounts(PASSING_THROUGH.socket()).with("CAP_SYS_ADMIN"), "own"))
                .hasSizeGreaterThan(200)
                .containsExactlyElementsOf(run(direct(), "own"));
    }

    @Test
    void withoutTheCapabilityNothingIsGrantedByPassingThrough() throws IOException {
        assertThat(run(notifyingMounts(PASSING_THROUGH.socket()), "own"))
                .containsExactlyElementsOf(
                        run(OciBundle.notifying(NONE.socket()).notified("swapon"), "own"));
    }

    private static OciBundle notifyingMounts(Path socket) {
        return OciBundle.notifying(socket).notified("mount", "umount2");
    }

    private static OciBundle direct() {
        return OciBundle.notifying(NONE.socket()).notified("swapon").with("CAP_SYS_ADMIN");
    }

    private static List<String> run(OciBundle bundle, String calls) throws IOException {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Files.copy(TestPrograms.MOUNTS, container.rootfs().resolve("mounts"), StandardCopyOption.COPY_ATTRIBUTES);
            return container.exec("/mounts", calls).orFail().lines().toList();
        }
    }
}
