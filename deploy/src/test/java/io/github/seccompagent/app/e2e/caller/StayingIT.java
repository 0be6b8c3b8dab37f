package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Cgroup;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import io.github.seccompagent.app.e2e.fixture.Twins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that stays for the next calls of a thread makes none for a thread that has become something else. */
class StayingIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through", "--metrics-bind-address=127.0.0.1:0");

    private static OciBundle bundle() {
        return Twins.bundle(AGENT.socket()).notified(Twins.FILE_CALLS).metadata("PASS_OPEN=true");
    }

    private static void install(OciContainer container, String name, String mode) throws IOException {
        Path program = container.rootfs().resolve(name);
        Files.copy(TestPrograms.twin(name), program);
        Command.run("chmod", mode, program.toString()).orFail();
    }

    private static List<String> output(OciBundle bundle, String program, String name) throws IOException {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            install(container, program, name.equals("exec") ? "4755" : "755");
            return container.exec("/" + program, name).orFail().lines().toList();
        }
    }

    private static double count(String name) throws Exception {
        return Scrape.metrics(AGENT).get("seccompagent_" + name + "_total");
    }

    private static double callsOfStaying() throws Exception {
        return count("staying_worker_calls");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root",
                "descriptor",
                "umask",
                "cwd",
                "uid",
                "fsuid",
                "gid",
                "groups",
                "capabilities",
                "unshare",
                "setns",
                "uts",
                "network",
                "userns",
                "pivot",
                "exec"
            })
    void makesNoCallForWhatTheThreadIsNoMore(String name) throws Exception {
        List<String> without = output(Twins.bundle(AGENT.socket()).notified("getpgid"), "staying", name);
        assertThat(without).hasSizeGreaterThan(3);
        double before = callsOfStaying();

        assertThat(output(bundle(), "staying", name)).containsExactlyElementsOf(without);
        assertThat(callsOfStaying()).isGreaterThan(before);
    }

    /** Not even when the thread becomes another user, for whom other workers are needed. */
    @Test
    void leavesNoProcess() throws Exception {
        output(bundle(), "staying", "umask"); // so that the helper has all its idle workers
        long before = AGENT.helper().children().count();

        output(bundle(), "staying", "uid");

        Await.until("no more processes than before")
                .until(() -> AGENT.helper().children().count() <= before);
    }

    @Test
    void makesNoCallForALaterThreadWithTheSameId() throws Exception {
        List<String> without = output(ofManyIds().notified("getpgid"), "staying", "reused");
        assertThat(without)
                .hasSize(240)
                .filteredOn(line -> line.contains("1000:"))
                .hasSize(120);
        double before = callsOfStaying();

        assertThat(output(ofManyIds(), "staying", "reused")).containsExactlyElementsOf(without);
        assertThat(callsOfStaying()).isGreaterThan(before);
    }

    /** Its threads can choose their ids, which are those that the agent sees. */
    private static OciBundle ofManyIds() {
        return bundle().hostPids().with("CAP_CHECKPOINT_RESTORE");
    }

    /** Somebody may wait for the end of such a namespace, or unmount such a root. */
    @ParameterizedTest
    @ValueSource(strings = {"elsewhere_mounts", "elsewhere_root"})
    void noWorkerStaysWhereTheContainerDoesNotLive(String name) throws Exception {
        double before = callsOfStaying();

        assertThat(output(bundle(), "ending", name)).hasSize(12).allMatch(line -> line.contains(": made"));
        assertThat(callsOfStaying()).isEqualTo(before);
    }

    @Test
    void nothingIsBusyWhenItsUserIsGone() throws Exception {
        assertThat(output(bundle(), "ending", "over"))
                .filteredOn(line -> line.startsWith("umount"))
                .hasSize(20)
                .containsOnly("umount: done");
    }

    /** The first process of a container can live at another root for a while, too. */
    @Test
    void nothingIsBusyWhereTheFirstProcessWas() throws Exception {
        OciBundle bundle = bundle().bind(TestPrograms.twin("ending"), "/ending").command("/ending", "moved");
        double before = callsOfStaying();

        assertThat(OciContainer.runToEnd(OciRuntime.RUNC, bundle).orFail()).contains("umount: done");
        assertThat(callsOfStaying()).isGreaterThan(before);
    }

    @Test
    void itStaysAlthoughACallFailsBeforeItIsAsked() throws Exception {
        double before = callsOfStaying();

        assertThat(output(bundle(), "ending", "bad")).last().isEqualTo("failed: 200");
        assertThat(callsOfStaying()).isGreaterThan(before + 10);
    }

    /** The container could give controllers to them only when no worker is in its own cgroup. */
    @Test
    void noWorkerStaysForAContainerThatMayMakeCgroups() throws Exception {
        double before = callsOfStaying();
        Path cgroups = Cgroup.Hierarchy.ofVersion2().mountPoint();

        assertThat(output(bundle().bind(cgroups, "/cgroups"), "ending", "bad"))
                .last()
                .isEqualTo("failed: 200");
        assertThat(callsOfStaying()).isEqualTo(before);
    }

    /** Neither is a FUSE daemon asked about a file or a link, nor is a file closed before the reply. */
    @ParameterizedTest
    @ValueSource(strings = {"own", "large", "link"})
    void waitsForNoDaemon(String mode) throws Exception {
        OciBundle bundle = bundle().usualDevicesAnd("c", 10, 229)
                .bind(Path.of("/dev/fuse"), "/dev/fuse")
                .metadata("PASS_OPEN=true");
        List<String> without = Twins.output("fuseopen", bundle.notified("getpgid"), mode);
        assertThat(without).hasSize(3);

        assertThat(Twins.output("fuseopen", bundle.notified(Twins.FILE_CALLS), mode))
                .containsExactlyElementsOf(without);
    }

    /** A container has ended when its first process has, and a runtime removes its cgroups then. */
    @Test
    void endsWithItsThread() throws Exception {
        List<String> lines = output(bundle().hostPids(), "ending", "ended");
        String last = lines.get(lines.size() - 1);

        assertThat(last).startsWith("left: ");
        assertThat(Integer.parseInt(last.substring("left: ".length()))).isLessThan(8);
    }

    /** The container has its own cgroups, and a runtime removes them. */
    @Test
    void aContainerThatWasBusyIsDeletedAtOnce() throws Exception {
        for (int i = 0; i < 10; i++) {
            try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle())) {
                install(container, "ending", "755");
                double before = callsOfStaying();
                Process busy = container.begin("/ending on");
                Await.until("a worker that stays").until(() -> callsOfStaying() > before);

                Command.Result deleted = container.delete();
                assertThat(deleted.status()).as(deleted.err()).isZero();
                assertThat(deleted.err()).isEmpty();
                busy.waitFor();
            }
        }
    }

    @Test
    void aThreadThatIsMovedToAnotherCgroupGetsAnotherWorker() throws Exception {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle());
                Cgroup other = Cgroup.create(Cgroup.Hierarchy.ofVersion2(), "moved")) {
            install(container, "ending", "755");
            double before = callsOfStaying();
            container.begin("exec /ending on");
            Await.until("a worker that stays").until(() -> callsOfStaying() > before + 10);

            long moved = ProcessHandle.allProcesses()
                    .filter(each -> each.info().command().orElse("").endsWith("/ending"))
                    .findFirst()
                    .orElseThrow()
                    .pid();
            other.add(moved);
            double made = count("on_behalf_calls");
            Await.until("a call in the other cgroup").until(() -> count("on_behalf_calls") > made + 4);
            double after = callsOfStaying();
            Await.until("more calls").until(() -> count("on_behalf_calls") > made + 24);

            assertThat(callsOfStaying()).isEqualTo(after);
            Command.run("kill", "-9", Long.toString(moved)).orFail();
        }
    }

    @Test
    void aThreadThatGetsNoNewPrivilegesGetsAnotherWorker() throws Exception {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle())) {
            install(container, "ending", "755");
            container.begin("exec /ending on");
            Await.until("a worker that stays")
                    .until(() -> noNewPrivileges(container).contains("0"));

            Files.createDirectory(container.rootfs().resolve("go"));

            Await.until("another worker").until(() -> noNewPrivileges(container).equals(List.of("1")));
        }
    }

    /** no_new_privs of the workers in a container. */
    private static List<String> noNewPrivileges(OciContainer container) {
        return AGENT.helperAndWorkers().stream()
                .map(worker -> Path.of("/proc/" + worker.pid()))
                .filter(worker -> isIn(worker, container))
                .map(StayingIT::noNewPrivileges)
                .toList();
    }

    private static boolean isIn(Path process, OciContainer container) {
        try {
            return Files.isSameFile(process.resolve("root"), Path.of("/proc/" + container.pid() + "/root"));
        } catch (IOException gone) {
            return false;
        }
    }

    private static String noNewPrivileges(Path process) {
        try {
            return Files.readString(process.resolve("status")).replaceFirst("(?s).*NoNewPrivs:\\s*([01]).*", "$1");
        } catch (IOException gone) {
            return "gone";
        }
    }
}
