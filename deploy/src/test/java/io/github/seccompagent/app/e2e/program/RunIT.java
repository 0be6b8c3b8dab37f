package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.RootFs;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** seccomp-agent run: runs a command in its own container, without a container runtime. */
class RunIT {
    private static final long CAP_SYS_ADMIN = 1L << 21;

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private static Command.Result run(String... words) {
        return Command.run(Command.concat(List.of(AgentProcess.program(), "run", "--log=warn"), List.of(words)));
    }

    @Test
    void itsStatusIsTheCommands() {
        assertThat(run("--", "sh", "-c", "exit 7").status()).isEqualTo(7);
        assertThat(run("--", "sh", "-c", "sh -c 'kill -9 $$'; exit $?").status())
                .isEqualTo(137);
    }

    @Test
    void itsInputAndOutputAreTheCommands() {
        Command.Result result = Command.run(
                "sh",
                "-c",
                "echo hello | \"$0\" run --log=warn -- sh -c 'cat; echo warning >&2'",
                AgentProcess.program());

        assertThat(result).isEqualTo(new Command.Result(0, "hello\n", "warning\n"));
    }

    @Test
    void theTranscript() {
        String session = """
                cd /
                busybox mount -t proc proc mnt
                ls /mnt/self/cmdline
                mkdir /abc
                ls -1d /ab*
                busybox chmod 777 / 2>&1
                """;

        assertThat(run("--", "sh", "-c", session).out())
                .matches("/mnt/self/cmdline\n/abc-pid-[0-9]+\nchmod: /: Bad message\n");
    }

    /** The masked and read-only paths of its own proc and sysfs are exactly those of the granted ones. */
    @Test
    void itsOwnProcIsCoveredAsAGrantedOneIs() {
        String out = run(
                        "--resolver=metadata",
                        "--metadata=MOUNT_PROC=true",
                        "--metadata=MOUNT_SYSFS=true",
                        "--",
                        "sh",
                        "-c",
                        "mkdir /granted /granted/proc /granted/sys && busybox mount -t proc proc /granted/proc"
                                + " && busybox mount -t sysfs sysfs /granted/sys && cat /proc/self/mountinfo")
                .orFail();

        assertThat(covers(out, "")).isEqualTo(covers(out, "/granted")).hasSizeGreaterThan(8);
    }

    /** The places of mounts on proc and sysfs below a folder, and whether each is read-only or a mask. */
    private static Set<String> covers(String mountinfo, String folder) {
        Pattern cover =
                Pattern.compile("(?m)^\\S+ \\S+ \\S+ (\\S+) " + folder + "(/(?:proc|sys)/\\S+) (\\w+).* - (\\S+) ");
        return cover.matcher(mountinfo)
                .results()
                .map(mount -> mount.group(2) + " " + (mount.group(4).matches("proc|sysfs") ? mount.group(3) : "masked"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void isAContainer() {
        String out = run(
                        "--",
                        "sh",
                        "-c",
                        "echo $$; grep CapEff /proc/self/status; hostname; ls -d /proc/[0-9]* | wc -l")
                .orFail();

        assertThat(out.lines()).element(0).isEqualTo("1");
        long capabilities = Long.parseLong(out.lines().toList().get(1).split("\\s+")[1], 16);
        assertThat(capabilities & CAP_SYS_ADMIN).isZero();
        assertThat(capabilities).isNotZero();
        assertThat(out.lines()).element(2).isEqualTo("seccomp-agent");
        assertThat(Integer.parseInt(out.lines().toList().get(3))).isLessThan(5);
    }

    @Test
    void cannotHarmTheHostThroughProc() {
        assertThat(run("--", "sh", "-c", "echo '|/x' >/proc/sys/kernel/core_pattern")
                        .err())
                .contains("Read-only file system");
        assertThat(run("--", "sh", "-c", "busybox mount -t proc proc /mnt; echo '|/x' >/mnt/sys/kernel/core_pattern")
                        .err())
                .contains("Read-only file system");
    }

    @Test
    void whatItWritesIsThrownAway() throws IOException {
        String name = folder.path().getFileName().toString();
        String hostName = Files.readString(Path.of("/etc/passwd"));

        assertThat(run(
                                "--",
                                "sh",
                                "-c",
                                "echo x >/" + name + "; echo x >/etc/passwd; mkdir /root/" + name + "; cat /" + name)
                        .orFail())
                .isEqualTo("x");

        assertThat(Path.of("/" + name)).doesNotExist();
        assertThat(Files.readString(Path.of("/etc/passwd"))).isEqualTo(hostName);
        try (var files = Files.newDirectoryStream(Path.of("/root"), name + "*")) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aRootOfItsOwn() {
        Path root = folder.resolve("root");
        RootFs.createAt(root);

        assertThat(run("--rootfs", root.toString(), "--", "/bin/sh", "-c", "/bin/mkdir /x; echo /x*")
                        .orFail())
                .matches("/x-pid-[0-9]+");
        assertThat(root.toFile().list((dir, name) -> name.startsWith("x-pid-"))).hasSize(1);
    }

    @Test
    void onlyTheNamedCallsAreNotified() {
        assertThat(run("--notify", "mkdir,mkdirat", "--", "sh", "-c", "mkdir /x; chmod 700 /x*; echo /x*")
                        .orFail())
                .matches("/x-pid-[0-9]+");
    }

    @Test
    void anotherResolver() {
        assertThat(run("--resolver=none", "--metadata=KEY=value", "--", "sh", "-c", "mkdir /x; chmod 700 /x; echo /x*")
                        .orFail())
                .isEqualTo("/x");
    }

    @Test
    void commandsThatCannotBeExecuted() throws IOException {
        assertThat(run("--", "no-such-command").status()).isEqualTo(127);
        assertThat(run("--", "no-such-command").err().lines()).hasSize(1);
        assertThat(run("--", "/etc/passwd").status()).isEqualTo(126);
    }

    @Test
    void badOptions() {
        OneLine.of(run("--notify", "mkdir,no_such_call", "--", "true"), 2).contains("no_such_call");
        OneLine.of(run("--rootfs", "/no/such/folder", "--", "true"), 2).contains("/no/such/folder");
        OneLine.of(run("--resolver=nobody", "--", "true"), 2).contains("unknown resolver 'nobody'");
        OneLine.of(run(), 2).contains("CMD");
    }

    @Test
    void endsWithItsCommandWhenTerminated() throws IOException, InterruptedException {
        Process run = new ProcessBuilder(
                        AgentProcess.program(), "run", "--log=warn", "--", "sh", "-c", "echo begun; exec sleep 1000000")
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(run.inputReader().readLine()).isEqualTo("begun");
            List<ProcessHandle> all = run.descendants().toList();
            assertThat(all).isNotEmpty();

            run.destroy();

            Await.until("its end").until(() -> !run.isAlive());
            Await.until("the command's end").until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            run.destroyForcibly();
        }
    }
}
