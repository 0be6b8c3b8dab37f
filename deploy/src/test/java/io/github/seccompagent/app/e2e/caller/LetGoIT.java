package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * A worker may end after the caller has its answer. Until then it holds nothing that the caller may want to unmount.
 */
class LetGoIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    @Test
    void whatACallTouchedCanBeUnmountedAtOnce() throws IOException {
        OciBundle bundle = OciBundle.notifying(AGENT.socket())
                .notified("mkdir", "mkdirat", "symlink", "symlinkat", "rename", "renameat", "renameat2")
                .with("CAP_SYS_ADMIN");
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Files.copy(TestPrograms.LET_GO, container.rootfs().resolve("letgo"), StandardCopyOption.COPY_ATTRIBUTES);
            container.makeFolder("/mnt", 0, 0, "755");

            assertThat(container.exec("/letgo", "300").orFail()).isEqualTo("busy 0");
        }
    }
}
