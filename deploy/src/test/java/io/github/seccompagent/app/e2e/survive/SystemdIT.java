package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.Systemd;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The unit keeps what the agent serves, while the agent is restarted and killed. */
class SystemdIT {
    private static final String UNIT = "seccomp-agent.service";
    private static final Path SOCKET = Path.of("/run/seccomp-agent.socket");

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    @AutoClose
    private final Systemd systemd = Systemd.startWith(folder.path());

    @BeforeEach
    void startUnit() throws IOException {
        String unit = Files.readString(Path.of("systemd", UNIT));
        String options = "--resolver=pass-through --watchdog-timeout=2s"; // makes calls on behalf
        systemd.add(UNIT, unit.replace("--resolver=metadata", options));
        systemd.add(
                UNIT + ".d/test.conf",
                "[Service]\nEnvironment=JAVA_HOME=" + System.getProperty("java.home")
                        + "\nStandardOutput=append:/run/agent.log\nStandardError=append:/run/agent.log\n");
        systemd.run("systemctl", "start", UNIT).orFail();
    }

    /** Starts a container as a service. Returns its root. */
    private Path startContainer(String script) throws IOException {
        Path bundle = Files.createDirectory(folder.resolve("bundle"));
        OciBundle.notifying(SOCKET)
                .notified("mkdir", "mkdirat")
                .command("sh", "-c", script)
                .writeTo(bundle);
        Path rootfs = bundle.resolve("rootfs");
        Files.createDirectory(rootfs.resolve("d"));
        systemd.run(
                        "systemd-run",
                        "--unit=container",
                        "--property=Type=exec",
                        "--quiet",
                        "crun",
                        "--root=/run/crun",
                        "--cgroup-manager=disabled",
                        "run",
                        "--bundle=" + bundle,
                        "container")
                .orFail();
        return rootfs;
    }

    private String show(String property) {
        return systemd.run("systemctl", "show", "--value", "--property=" + property, UNIT)
                .orFail()
                .trim();
    }

    private String log() {
        try {
            return Files.readString(systemd.root().resolve("run/agent.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void restartsAndKillsAreNotSeen() throws Exception {
        Calls calls = Calls.madeFolders(startContainer(Calls.FOLDERS));
        calls.awaitMore();
        for (int i = 0; i < 2; i++) {
            String killed = show("MainPID");
            systemd.run("kill", "-9", killed).orFail();
            Await.until("the next agent: " + log())
                    .until(() -> show("SubState").equals("running")
                            && !show("MainPID").equals(killed));
            calls.awaitMore();
            assertThat(show("NFileDescriptorStore"))
                    .as("socket, journal, container")
                    .isNotEqualTo("0");

            systemd.run("systemctl", "restart", UNIT).orFail();
            assertThat(show("MainPID")).isNotEqualTo(killed);
            calls.awaitMore();
        }
        Calls.stop(folder.resolve("bundle/rootfs"));
        assertThat(calls.failed())
                .as(log())
                .allMatch(line -> line.endsWith("Input/output error"))
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void restartsAloneFailNothing() throws Exception {
        Calls calls = Calls.madeFolders(startContainer(Calls.FOLDERS));
        for (int i = 0; i < 3; i++) {
            calls.awaitMore();
            systemd.run("systemctl", "restart", UNIT).orFail();
        }
        calls.awaitMore();
        Calls.stop(folder.resolve("bundle/rootfs"));
        assertThat(calls.failed()).as(log()).isEmpty();
    }

    /** One that is stopped takes no signal but SIGKILL. Other signals would have systemd wait for 15 seconds. */
    @Test
    void anAgentThatHangsIsReplaced() throws Exception {
        Calls calls = Calls.madeFolders(startContainer(Calls.FOLDERS));
        calls.awaitMore();
        String hanging = show("MainPID");
        long begin = System.nanoTime();
        systemd.run("kill", "-STOP", hanging).orFail();
        Await.until("the next agent: " + log()).until(() -> !show("MainPID").equals(hanging));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        calls.awaitMore();
    }

    @Test
    void aStopIsTheEnd() throws Exception {
        Path rootfs = startContainer("until mkdir /abc 2>&1 | grep 'not implemented' >/said; do rmdir /abc; done");
        Await.until("calls").until(() -> Files.exists(rootfs.resolve("said")));
        systemd.run("systemctl", "stop", UNIT).orFail();

        assertThat(show("NFileDescriptorStore")).isEqualTo("0");
        Await.until("the end: " + log())
                .until(() -> Files.readString(rootfs.resolve("said")).contains("not implemented"));
        Await.until("no process of the agent").until(() -> processes().isEmpty());
        systemd.run("systemctl", "start", UNIT).orFail();
        assertThat(show("ActiveState")).isEqualTo("active");
    }

    private List<String> processes() {
        return systemd.run("sh", "-c", "cat /sys/fs/cgroup/system.slice/" + UNIT + "/cgroup.procs 2>/dev/null || :")
                .orFail()
                .lines()
                .toList();
    }
}
