package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A call on behalf is forbidden if the caller's AppArmor profile forbids it. The profile does not restrict the worker
 * in what it does not mention.
 */
class AppArmorIT {
    private static final Path ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path PROFILES = Path.of("/sys/kernel/security/apparmor/profiles");

    /**
     * The profile has no rules for network and signals: the worker's socket and the agent's kill are not its concern.
     */
    private static final String PROFILE = """
            profile seccomp-agent-test {
              file,
              capability,
              deny /tmp/denied/** wl,
            }
            """;

    private static final String SESSION = """
            busybox mkdir -p /tmp/allowed /tmp/denied
            echo before >/tmp/denied/file
            printf 'changeprofile seccomp-agent-test' >/proc/self/attr/current
            try() {
              busybox mkdir "/tmp/allowed/$1" && echo "$1: allowed"
              busybox mkdir "/tmp/denied/$1" 2>&1
              busybox readlink -f "/proc/self/cwd/tmp/allowed/$1"
              { echo after >/tmp/allowed/file; } 2>/dev/null && echo "$1: written"
              { echo after >/tmp/denied/file; } 2>/dev/null || echo "$1: not written"
            }
            cd /
            try a
            """;

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    @BeforeEach
    void loadProfile() throws IOException {
        assertThat(ENABLED).as("AppArmor is not enabled").exists().content().startsWith("Y");
        assertThat(PROFILES).as("there is no securityfs").exists();
        Path parser = Path.of("/sbin/apparmor_parser");
        assertThat(parser).as("apparmor is not installed").exists();
        Path profile = Files.writeString(folder.resolve("profile"), PROFILE);
        Command.run(parser.toString(), "--skip-cache", "--replace", profile.toString())
                .orFail();
    }

    @Test
    void theCallersProfileIsTheWorkers() {
        assertThat(session(SESSION)).isEqualTo("""
                a: allowed
                mkdir: can't create directory '/tmp/denied/a': Permission denied
                /tmp/allowed/a
                a: written
                a: not written
                """);
    }

    /** The shell itself opens the files. */
    @Test
    void holdsForTheLaterCallsOfAThread() {
        String opens = "for i in 1 2 3; do"
                + " { echo after >/tmp/allowed/file; } 2>/dev/null && echo written;"
                + " { echo after >/tmp/denied/file; } 2>/dev/null || echo not written; done";

        assertThat(session(SESSION.replace("try a", opens)).lines())
                .containsExactly("written", "not written", "written", "not written", "written", "not written");
    }

    @Test
    void aProfileCanBeTakenOnWithNoNewPrivileges() {
        String call = "setpriv --no-new-privs busybox mkdir /tmp/allowed/b && echo made; "
                + "setpriv --no-new-privs busybox mkdir /tmp/denied/b 2>&1";

        assertThat(session(SESSION.replace("try a", call))).isEqualTo("""
                made
                mkdir: can't create directory '/tmp/denied/b': Permission denied
                """);
    }

    private static String session(String script) {
        String calls = "--notify=mkdir,mkdirat,open,openat";
        return Command.run(
                        AgentProcess.program(),
                        "run",
                        "--log=warn",
                        "--resolver=pass-through",
                        "--metadata=PASS_OPEN=true",
                        calls,
                        "--",
                        "sh",
                        "-c",
                        script)
                .out();
    }
}
