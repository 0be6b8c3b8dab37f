package io.github.seccompagent.app.e2e.paths;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.CheckedHandlers;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs print what they see. The output is the same when somebody decides on each path, and allows it. */
class DecidedTwinIT {
    private static final String[] FILE_CALLS = {
        "mkdir", "mkdirat", "mknod", "mknodat", "chmod", "fchmodat", "open", "openat", "unlink", "unlinkat", "rmdir"
    };

    @AutoClose
    private static final EmbeddedAgent AGENT =
            EmbeddedAgent.with(handlers -> CheckedHandlers.addTo(handlers, paths -> Optional.empty()));

    private static OciBundle bundle() {
        return OciBundle.notifying(AGENT.socket())
                .with("CAP_SYS_ADMIN")
                .with("CAP_NET_ADMIN")
                .nothingMasked()
                .ownNetwork();
    }

    private static List<String> output(String program, OciBundle bundle, String... arguments) throws Exception {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Files.copy(TestPrograms.twin(program), container.rootfs().resolve(program));
            String[] command =
                    Command.concat(List.of("/" + program), List.of(arguments)).toArray(String[]::new);
            return container.exec(command).out().lines().toList();
        }
    }

    @Test
    void whatCanBeReached() throws Exception {
        List<String> without = output("reach", bundle().notified("getpgid"));
        assertThat(without).hasSizeGreaterThan(500);
        assertThat(output("reach", bundle().notified(FILE_CALLS))).containsExactlyElementsOf(without);
    }

    @Test
    void whatCanBeOpened() throws Exception {
        List<String> without = output("reach", bundle().notified("getpgid"), "open");
        assertThat(without).hasSizeGreaterThan(500);
        assertThat(output("reach", bundle().notified("open", "openat"), "open")).containsExactlyElementsOf(without);
    }

    @Test
    void howPathsAreResolved() throws Exception {
        List<String> without = output("resolve", bundle().notified("getpgid"), "dumpable");
        assertThat(output("resolve", bundle().notified("open", "openat", "openat2"), "dumpable"))
                .containsExactlyElementsOf(without);
    }

    @ParameterizedTest
    @ValueSource(strings = "ur")
    void whereCwdAndRootAreFuse(String mode) throws Exception {
        OciBundle bundle = bundle().usualDevicesAnd("c", 10, 229).bind(Path.of("/dev/fuse"), "/dev/fuse");
        List<String> without = output("fuseroot", bundle.notified("getpgid"), mode);
        assertThat(without).contains("mount: done", "mkdir: done");
        assertThat(output("fuseroot", bundle.notified(FILE_CALLS), mode)).containsExactlyElementsOf(without);
    }
}
