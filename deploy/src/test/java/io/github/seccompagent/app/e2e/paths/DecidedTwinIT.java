package io.github.seccompagent.app.e2e.paths;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.CheckedHandlers;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.Twins;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs print what they see. The output is the same when somebody decides on each path, and allows it. */
class DecidedTwinIT {
    @AutoClose
    private static final EmbeddedAgent AGENT =
            EmbeddedAgent.with(handlers -> CheckedHandlers.addTo(handlers, paths -> Optional.empty()));

    private static OciBundle bundle() {
        return Twins.bundle(AGENT.socket());
    }

    @Test
    void whatCanBeReached() throws Exception {
        List<String> without = Twins.output("reach", bundle().notified("getpgid"));
        assertThat(without).hasSizeGreaterThan(500);
        assertThat(Twins.output("reach", bundle().notified(Twins.FILE_CALLS))).containsExactlyElementsOf(without);
    }

    @Test
    void whatCanBeOpened() throws Exception {
        List<String> without = Twins.output("reach", bundle().notified("getpgid"), "open");
        assertThat(without).hasSizeGreaterThan(500);
        assertThat(Twins.output("reach", bundle().notified("open", "openat"), "open"))
                .containsExactlyElementsOf(without);
    }

    @Test
    void howPathsAreResolved() throws Exception {
        List<String> without = Twins.output("resolve", bundle().notified("getpgid"), "dumpable");
        assertThat(Twins.output("resolve", bundle().notified("open", "openat", "openat2"), "dumpable"))
                .containsExactlyElementsOf(without);
    }

    @ParameterizedTest
    @ValueSource(strings = "ur")
    void whereCwdAndRootAreFuse(String mode) throws Exception {
        OciBundle bundle = bundle().usualDevicesAnd("c", 10, 229).bind(Path.of("/dev/fuse"), "/dev/fuse");
        List<String> without = Twins.output("fuseroot", bundle.notified("getpgid"), mode);
        assertThat(without).contains("mount: done", "mkdir: done");
        assertThat(Twins.output("fuseroot", bundle.notified(Twins.FILE_CALLS), mode))
                .containsExactlyElementsOf(without);
    }
}
