package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.nio.file.Files;
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

    private static final String[] FILE_CALLS = {
        "mkdir", "mkdirat", "mknod", "mknodat", "chmod", "fchmodat", "open", "openat", "unlink", "unlinkat", "rmdir"
    };

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

    /** A container without masks, so that it sees much, and with capabilities, so that it can do much. */
    private static OciBundle bundle(Path socket) {
        return OciBundle.notifying(socket)
                .metadata("PASS_OPEN=true")
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

    private static void assertSame(Path socket, String program, String... arguments) throws Exception {
        List<String> without = output(program, bundle(socket).notified("getpgid"), arguments);
        assertThat(without).isNotEmpty();
        assertThat(output(program, bundle(socket).notified(CALLS), arguments)).containsExactlyElementsOf(without);
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
        List<String> without = output(program, plain.notified("getpgid"), "granted");
        List<String> with = output(program, plain.notified("mount", "umount2").without("CAP_SYS_ADMIN"), "granted");

        assertThat(withoutNosuidAndNodev(with)).containsExactlyElementsOf(withoutNosuidAndNodev(without));
    }

    private static List<String> withoutNosuidAndNodev(List<String> lines) {
        return lines.stream().map(line -> line.replaceAll(",nosuid|,nodev", "")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "a", "r", "ar", "u", "ur", "uar"})
    void worksWhereCwdAndRootAreFuse(String mode) throws Exception {
        OciBundle bundle = bundle(AGENT.socket()).usualDevicesAnd("c", 10, 229).bind(Path.of("/dev/fuse"), "/dev/fuse");
        List<String> without = output("fuseroot", bundle.notified("getpgid"), mode);
        assertThat(without).contains("mount: done", "mkdir: done");
        assertThat(output("fuseroot", bundle.notified(FILE_CALLS), mode)).containsExactlyElementsOf(without);
    }

    /** Each caller may search its own directories of a procfs, although a worker is another process. */
    @Test
    void reachesWhatTheCallerReaches() throws Exception {
        OciBundle bundle = bundle(AGENT.socket());
        List<String> without = output("reach", bundle.notified("getpgid"));
        assertThat(without).hasSizeGreaterThan(500);
        assertThat(output("reach", bundle.notified(FILE_CALLS))).containsExactlyElementsOf(without);
    }

    @Test
    void opensThroughWhatTheCallerReaches() throws Exception {
        OciBundle bundle = bundle(DECIDING.socket());
        List<String> without = output("reach", bundle.notified("getpgid"), "open");
        assertThat(without).hasSizeGreaterThan(500);
        assertThat(output("reach", bundle.notified(OPENS), "open")).containsExactlyElementsOf(without);
    }

    /** The terminal of a worker is not the caller's terminal. */
    @Test
    void onlyTheCallerHasATerminal() throws Exception {
        OciBundle bundle = bundle(DECIDING.socket());
        List<String> without = output("prompt", bundle.notified("getpgid"));
        assertThat(without).hasSize(14).allMatch(line -> line.endsWith(": secret"));
        assertThat(output("prompt", bundle.notified(OPENS)))
                .containsExactlyElementsOf(without.stream()
                        .map(line -> line.replace(": secret", ": ENXIO"))
                        .toList());
    }

    @Test
    void resolvesAsTheCaller() throws Exception {
        assertSame(DECIDING.socket(), "resolve", "dumpable");
    }
}
