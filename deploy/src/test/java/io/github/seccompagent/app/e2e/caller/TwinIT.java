package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.Twins;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs print what they see. The output is the same with an agent that makes their calls, and without one. */
class TwinIT {
    private static final String[] CALLS = {
        "open", "openat", "openat2", "mkdir", "mkdirat", "mknod", "mknodat", "mount", "umount2"
    };

    private static final String[] OPENS = {"open", "openat"};

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    @AutoClose
    private static final AgentProcess METADATA = AgentProcess.start("metadata");

    private static final int O_PATH = 010000000;

    /** The handler may have decided about the path, so only opens of mere places (O_PATH) are left to the caller. */
    @AutoClose
    private static final EmbeddedAgent DECIDING = EmbeddedAgent.with(handlers -> handlers.on(
            "open",
            call -> (call.argument(1) & O_PATH) != 0
                    ? Response.proceed()
                    : call.onBehalf().open(call.path(0), call.argument(1), call.argument(2), call.argument(3))));

    private static OciBundle bundle(Path socket) {
        return Twins.bundle(socket).metadata("PASS_OPEN=true");
    }

    private static void assertSame(Path socket, String program, String... arguments) throws Exception {
        List<String> without = Twins.output(program, bundle(socket).notified("getpgid"), arguments);
        assertThat(without).isNotEmpty();
        assertThat(Twins.output(program, bundle(socket).notified(CALLS), arguments))
                .containsExactlyElementsOf(without);
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespaces", "resolve", "mountdata", "mounttargets", "layers", "released", "prompt"})
    void leavesToTheCallerWhatOnlyItCanOpen(String program) throws Exception {
        assertSame(AGENT.socket(), program);
    }

    /**
     * Root is granted the mounts. They are nosuid and nodev, and otherwise root gets no less than without the agent.
     */
    @ParameterizedTest
    @ValueSource(strings = {"mountdata", "mounttargets", "layers"})
    void grantedMountsAreThoseOfTheKernel(String program) throws Exception {
        OciBundle plain = bundle(METADATA.socket()).metadata("MOUNT_OTHER_FS_LIST=tmpfs,overlay");
        List<String> without = Twins.output(program, plain.notified("getpgid"), "granted");
        List<String> with =
                Twins.output(program, plain.notified("mount", "umount2").without("CAP_SYS_ADMIN"), "granted");

        assertThat(withoutNosuidAndNodev(with)).containsExactlyElementsOf(withoutNosuidAndNodev(without));
    }

    private static List<String> withoutNosuidAndNodev(List<String> lines) {
        return lines.stream().map(line -> line.replaceAll(",nosuid|,nodev", "")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "a", "r", "ar", "u", "ur", "uar"})
    void worksWhereCwdAndRootAreFuse(String mode) throws Exception {
        OciBundle bundle = bundle(AGENT.socket()).usualDevicesAnd("c", 10, 229).bind(Path.of("/dev/fuse"), "/dev/fuse");
        List<String> without = Twins.output("fuseroot", bundle.notified("getpgid"), mode);
        assertThat(without).contains("mount: done", "mkdir: done");
        assertThat(Twins.output("fuseroot", bundle.notified(Twins.FILE_CALLS), mode))
                .containsExactlyElementsOf(without);
    }

    /** Each caller may search its own directories of a procfs, although a worker is another process. */
    @Test
    void reachesWhatTheCallerReaches() throws Exception {
        OciBundle bundle = bundle(AGENT.socket());
        List<String> without = Twins.output("reach", bundle.notified("getpgid"));
        assertThat(without).hasSizeGreaterThan(500);
        assertThat(Twins.output("reach", bundle.notified(Twins.FILE_CALLS))).containsExactlyElementsOf(without);
    }

    @Test
    void opensThroughWhatTheCallerReaches() throws Exception {
        OciBundle bundle = bundle(DECIDING.socket());
        List<String> without = Twins.output("reach", bundle.notified("getpgid"), "open");
        assertThat(without).hasSizeGreaterThan(500);
        assertThat(Twins.output("reach", bundle.notified(OPENS), "open")).containsExactlyElementsOf(without);
    }

    /** The terminal of a worker is not the caller's terminal. */
    @Test
    void onlyTheCallerHasATerminal() throws Exception {
        OciBundle bundle = bundle(DECIDING.socket());
        List<String> without = Twins.output("prompt", bundle.notified("getpgid"));
        assertThat(without).hasSize(14).allMatch(line -> line.endsWith(": secret"));
        assertThat(Twins.output("prompt", bundle.notified(OPENS)))
                .containsExactlyElementsOf(without.stream()
                        .map(line -> line.replace(": secret", ": ENXIO"))
                        .toList());
    }

    /** The errors of the first path come before those of the second. */
    @Test
    void resolvesTwoPathsInTheirOrder() throws Exception {
        OciBundle bundle = bundle(AGENT.socket());
        List<String> without = Twins.output("twopaths", bundle.notified("getpgid"));
        assertThat(without).hasSizeGreaterThan(7000);
        assertThat(Twins.output("twopaths", bundle.notified("rename", "renameat2", "link")))
                .containsExactlyElementsOf(without);
    }

    @Test
    void resolvesAsTheCaller() throws Exception {
        assertSame(DECIDING.socket(), "resolve", "dumpable");
    }
}
