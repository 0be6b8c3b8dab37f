package io.github.seccompagent.app.e2e.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recorded profile lets the program run again, and lacks nothing that strace sees. */
class RecordIT {
    private static final String BUSYBOX =
            "busybox ls / >/dev/null; busybox mkdir \"$0\"; busybox rmdir \"$0\"; echo done";
    private static final String BASH = "for i in 1 2 3; do echo $i; done | sort -r; (cd /; x=$(pwd); echo \"$x\")";
    private static final String GCC = "echo 'int main(void) { return 5; }' | gcc -x c -o \"$0\" - && \"$0\"";
    private static final String NOBODY = "65534";

    @AutoClose
    private final Recorder recorder = new Recorder();

    private List<String> program(String name) {
        return switch (name) {
            case "busybox" ->
                List.of(
                        Command.find("busybox").toString(),
                        "sh",
                        "-c",
                        BUSYBOX,
                        recorder.file("made").toString());
            case "bash" -> List.of("bash", "-c", BASH);
            case "gcc" -> // dash takes a fork that the end of another child interrupts for an error
                List.of("bash", "-c", GCC, recorder.file("five").toString());
            case "java" ->
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-version");
            default -> throw new IllegalArgumentException(name);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"busybox", "bash", "gcc", "java"})
    void theProgramRunsAgainWithItsProfile(String name) {
        List<String> command = program(name);
        Command.Result plain = Command.run(command);

        Recorder.Recorded recorded = recorder.record(command);
        Recorder.Recorded again = recorder.enforce(recorded.profile(), command);

        assertThat(recorded.result().out()).isEqualTo(plain.out());
        assertThat(recorded.result().status()).as(recorded.result().err()).isEqualTo(plain.status());
        assertThat(Recorder.refused(again)).isEmpty();
        assertThat(again.result().out()).isEqualTo(plain.out());
        assertThat(again.result().status()).isEqualTo(plain.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"busybox", "bash", "gcc", "java"})
    void nothingIsMissingThatStraceSees(String name) {
        List<String> command = program(name);

        Set<String> missing = new TreeSet<>(recorder.strace(command));
        assertThat(missing).contains("execve");
        missing.removeAll(recorder.record(command).names());

        assertThat(missing).isEmpty();
    }

    @Test
    void callsOf32BitProgramsHaveTheirOwnAbi() {
        int socketcall = 102;
        int afUnix = 1;
        List<String> command = List.of(TestPrograms.rawCall32().toString(), "359", Integer.toString(afUnix), "1", "0");

        Recorder.Recorded recorded = recorder.record(command);

        assertThat(recorded.result().status()).isEqualTo(256 - 3); // minus the new descriptor
        assertThat(recorded.architectures()).containsExactly("SCMP_ARCH_X86_64", "SCMP_ARCH_X86");
        assertThat(recorded.names()).contains("socket", "execve");
        assertThat(recorded.call("i386", "socket")
                        .at("/arguments/0/values/0/meaning")
                        .asText())
                .isEqualTo("AF_UNIX");
        assertThat(recorded.call("x86_64", "execve").path("count").asInt()).isPositive();
        assertThat(Recorder.refused(recorder.enforce(recorded.profile(), command)))
                .isEmpty();

        List<String> other = List.of(TestPrograms.rawCall32().toString(), Integer.toString(socketcall), "0", "0");
        assertThat(Recorder.refused(recorder.enforce(recorded.profile(), other)))
                .containsExactly("socketcall of i386");
    }

    @Test
    void evidenceSaysWhoWasFirst() {
        Recorder.Recorded recorded = recorder.record(List.of(
                "sh",
                "-c",
                "busybox mkdir \"$0\" && busybox mkdir \"$0/a\"",
                recorder.file("x").toString()));

        var mkdir = recorded.call("x86_64", "mkdir");
        assertThat(mkdir.path("count").asInt()).isEqualTo(2);
        assertThat(mkdir.at("/first/program").asText()).isEqualTo("busybox");
        assertThat(mkdir.at("/first/executable").asText())
                .isEqualTo(Command.find("busybox").toString());
        assertThat(Recorder.json(recorded.evidence()).path("program").asText()).isEqualTo("sh");
        assertThat(Recorder.json(recorded.evidence()).toString()).doesNotContain("/x/a");
    }

    @Test
    void newerSiblingsAreAChoice() {
        List<String> command = List.of("busybox", "mkdir", recorder.file("y").toString());

        assertThat(recorder.record(command).names()).contains("mkdir").doesNotContain("mkdirat");
        Recorder.Recorded with = recorder.record(command, "--siblings");
        assertThat(with.names()).contains("mkdir", "mkdirat");
    }

    @Test
    void whatAProfileWouldRefuseIsNamed() {
        Recorder.Recorded quiet = recorder.record(List.of("busybox", "true"));

        List<String> command = List.of(
                "sh", "-c", "busybox mkdir \"$0\"; exit 3", recorder.file("z").toString());
        Command.Result result = Command.run(Command.concat(Recorder.words("--under=" + quiet.profile()), command));

        assertThat(result.status()).isEqualTo(3);
        assertThat(recorder.file("z")).isDirectory(); // it would refuse, and does not
        assertThat(result.err())
                .contains(quiet.profile() + " would refuse mkdir of x86_64 with EPERM: once, by busybox (1)");
    }

    /** The same user, groups, folder and umask; no privilege is needed. */
    @Test
    void withoutPrivilege() {
        Path profile = recorder.file("unprivileged").resolve("p.json");
        String distribution = recorder.file("copy").toString();
        Command.run("cp", "-r", System.getProperty("seccompagent.dist"), distribution)
                .orFail();
        Command.run("install", "-d", "-o", NOBODY, profile.getParent().toString())
                .orFail();

        Command.Result result = Command.run(
                "setpriv",
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                "sh",
                "-c",
                "cd / && umask 027 && exec \"$0\" record -o \"$1\" -- sh -c 'id -u; pwd; umask'",
                distribution + "/bin/seccomp-agent",
                profile.toString());

        assertThat(result.orFail()).isEqualTo(NOBODY + "\n/\n0027");
        assertThat(Recorder.json(profile).path("defaultAction").asText()).isEqualTo("SCMP_ACT_ERRNO");
    }

    @Test
    void minimiseTakesOutWhatWasNeverSeen() {
        List<String> small = List.of("busybox", "true");
        Recorder.Recorded large = recorder.record(program("bash"));
        Recorder.Recorded evidence = recorder.record(small);
        Path smaller = recorder.file("smaller.json");

        Command.Result result = Command.run(
                AgentProcess.program(),
                "profile",
                "minimise",
                "-o",
                smaller.toString(),
                large.profile().toString(),
                evidence.evidence().toString());

        assertThat(result.err()).contains("calls taken out", "pipe");
        Set<String> left = new Recorder.Recorded(result, smaller, smaller).names();
        assertThat(large.names()).containsAll(left);
        assertThat(left).isSubsetOf(evidence.names()).contains("execve", "read");
        assertThat(result.status()).isEqualTo(evidence.names().equals(left) ? 0 : 1);
    }
}
