package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Cgroup;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call on behalf is made in the caller's cgroup, whatever its name is and however the agent sees it. */
class CgroupViewIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    private static final String USE_KMSG = "mknod /kmsg c 1 11 && mknod /null c 1 3 && : >/null && : >/kmsg";
    private static final String DENIED = "sh: can't create /kmsg: Operation not permitted\n";

    /** The namespaces of an agent, and what is done to each hierarchy mounted there. The agent has its own cgroup. */
    private enum View {
        THE_HOSTS("", ""),
        OWN_NAMESPACE("--cgroup", ""),
        OWN_NAMESPACE_AND_MOUNTS("--cgroup --mount", "umount -l MOUNTPOINT; mount -t TYPE OPTIONS none MOUNTPOINT"),
        OWN_PART("--mount", "mount --bind FOLDER MOUNTPOINT"),
        READ_ONLY("--mount", "mount -o remount,bind,ro MOUNTPOINT"),
        NOTHING("--mount", "umount -l MOUNTPOINT");

        private final String unshare;
        private final String forEach;

        View(String unshare, String forEach) {
            this.unshare = unshare;
            this.forEach = forEach;
        }

        /** A line of shell that becomes the agent. */
        String script(List<Cgroup> own, String agent) {
            return lines("echo $$ >FOLDER/cgroup.procs", own) + "exec unshare " + unshare + " sh -ec '"
                    + lines(forEach, own) + "exec " + agent + "'";
        }

        private static String lines(String line, List<Cgroup> cgroups) {
            return cgroups.stream()
                    .map(cgroup -> line.replace("FOLDER", cgroup.folder().toString())
                            .replace(
                                    "MOUNTPOINT",
                                    cgroup.hierarchy().mountPoint().toString())
                            .replace("TYPE", cgroup.hierarchy().type())
                            .replace("OPTIONS", cgroup.hierarchy().options()))
                    .collect(Collectors.joining("\n", "", "\n"));
        }
    }

    /** Process 1 of a pid namespace starts an agent, $1. Then it starts a container, with the words from $3 on. */
    private static final String AGENT_AND_CONTAINER = """
            sh -ec "$1" >/dev/null & agent=$!
            until [ -S "$2" ]; do kill -0 $agent; sleep 0.05; done
            shift 2
            "$@"
            """;

    private static Command.Result runContainer(String agent, Path folder, OciBundle bundle) {
        bundle.notified("mknod", "mknodat", "open", "openat")
                .metadata("PASS_OPEN=true")
                .usualDevicesOnly()
                .command("sh", "-c", "exec 2>&1; " + USE_KMSG)
                .writeTo(folder);
        List<String> namespaces = List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");
        List<String> script = List.of("sh", "-ec", AGENT_AND_CONTAINER, "sh", agent, socket(folder));
        String id = folder.getFileName().toString();
        List<String> container = OciRuntime.RUNC.call(folder, List.of("run", "--bundle=" + folder, id));
        return Command.run(Command.concat(namespaces, Command.concat(script, container)));
    }

    private static String socket(Path folder) {
        return folder.resolve("agent.socket").toString();
    }

    @ParameterizedTest
    @EnumSource
    void theCallersCgroupIsFound(View view) {
        List<Cgroup> own = Cgroup.createAll("agent");
        try (TempFolder folder = TempFolder.create()) {
            String agent = view.script(
                    own,
                    AgentProcess.program() + " --resolver=pass-through --log=warn --socketfile="
                            + socket(folder.path()));
            OciBundle bundle = OciBundle.notifying(Path.of(socket(folder.path())));
            Command.Result result = runContainer(agent, folder.path(), bundle);
            // The other output has the runtime's own words.
            assertThat(result.out()).as(result.err()).isEqualTo(DENIED);
        } finally {
            own.forEach(Cgroup::close);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "with\\040escape", "caf\u00e9", "with:colon", "-"})
    void anyNameWillDo(String name) {
        OciBundle bundle = OciBundle.notifying(AGENT.socket())
                .notified("mknod", "mknodat", "open", "openat")
                .metadata("PASS_OPEN=true")
                .usualDevicesOnly()
                .cgroup("/e2e " + name);
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            assertThat(container.shell(USE_KMSG).output()).startsWith(DENIED);
        }
    }
}
