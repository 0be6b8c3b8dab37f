package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code profile check} says what the runtimes and the kernel then do. */
class ProfileCheckIT {
    private static final String MKDIR = "\"names\": [\"mkdir\", \"mkdirat\"]";

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("profile.json"), text.replace('\'', '"'));
    }

    private static Command.Result check(String... arguments) {
        return Command.run(Command.concat(List.of(AgentProcess.program(), "profile", "check"), List.of(arguments)));
    }

    private static String firstError(Command.Result result) throws IOException {
        for (JsonNode finding : new ObjectMapper().readTree(result.out()).get("findings")) {
            if (finding.get("severity").asText().equals("error")) {
                return finding.get("id").asText();
            }
        }
        return "";
    }

    /** Each of these is an error of the check, and runc does not start a container with it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-listener|'SCMP_ACT_ALLOW'|{'names': ['acct'], 'action': 'SCMP_ACT_NOTIFY'}",
                "notify-hangs-runtime|'SCMP_ACT_ALLOW', 'listenerPath': 'SOCKET'|"
                        + "{'names': ['write'], 'action': 'SCMP_ACT_NOTIFY'}",
                "default-notify|'SCMP_ACT_NOTIFY', 'listenerPath': 'SOCKET'|",
                "unknown-action|'SCMP_ACT_ALOW'|",
                "unknown-action|'SCMP_ACT_ALLOW'|{'names': ['acct'], 'action': 'errno'}",
                "unknown-architecture|'SCMP_ACT_ALLOW', 'architectures': ['x86_64']|",
                "unknown-operator|'SCMP_ACT_ALLOW'|{'names': ['acct'], 'action': 'SCMP_ACT_LOG', 'args': "
                        + "[{'index': 0, 'value': 0, 'op': 'EQ'}]}",
                "argument-index|'SCMP_ACT_ALLOW'|{'names': ['acct'], 'action': 'SCMP_ACT_LOG', 'args': "
                        + "[{'index': 6, 'value': 0, 'op': 'SCMP_CMP_EQ'}]}",
                "wrong-type|'SCMP_ACT_ALLOW'|{'names': 'acct', 'action': 'SCMP_ACT_LOG'}",
                "unknown-flag|'SCMP_ACT_ALLOW', 'flags': ['SECCOMP_FILTER_FLAG_NEW_LISTENER']|",
                "conflicting-rules|'SCMP_ACT_ALLOW'|"
                        + "{'names': ['acct'], 'action': 'SCMP_ACT_LOG', 'args': [{'index': 0, 'value': 0, 'op': "
                        + "'SCMP_CMP_EQ'}]}, {'names': ['acct'], 'action': 'SCMP_ACT_TRAP', 'args': [{'index': 0, "
                        + "'value': 0, 'op': 'SCMP_CMP_EQ'}]}"
            },
            quoteCharacter = '`')
    void anErrorKeepsContainersFromStarting(String id, String fields, String rules) throws IOException {
        try (EmbeddedAgent agent = EmbeddedAgent.with(handlers -> handlers)) {
            String profile = ("{'defaultAction': " + fields + ", 'syscalls': [" + (rules == null ? "" : rules) + "]}")
                    .replace("SOCKET", agent.socket().toString())
                    .replace('\'', '"');

            Command.Result checked = check("--json", file(profile).toString());
            assertThat(firstError(checked)).as(checked.output()).isEqualTo(id);
            assertThat(checked.status()).isOne();
            assertThat(run(profile, "true").status()).isNotZero();
        }
    }

    private static Command.Result run(String profile, String command) {
        return OciContainer.runToEnd(
                OciRuntime.RUNC,
                OciBundle.notifying(Path.of("/unused")).profile(profile).command("sh", "-c", command));
    }

    /** Each of these is a warning, and the kernel does what the warning says. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shadowed-rule|EACCES first|`SCMP_ACT_ALLOW`|{NAMES, 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 13},"
                        + "{NAMES, 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 28}|Permission denied",
                "shadowed-rule|the unconditional one|`SCMP_ACT_ALLOW`|{NAMES, 'action': 'SCMP_ACT_ERRNO', 'errnoRet': "
                        + "28, 'args': [{'index': 5, 'value': 0, 'op': 'SCMP_CMP_GE'}]},"
                        + "{NAMES, 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 13}|Permission denied",
                "repeated-argument|one is enough|`SCMP_ACT_ALLOW`|{NAMES, 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 13, "
                        + "'args': [{'index': 0, 'value': 0, 'op': 'SCMP_CMP_EQ'}, "
                        + "{'index': 0, 'value': 0, 'op': 'SCMP_CMP_NE'}]}|Permission denied",
                "implied-architecture|64 bits too|`SCMP_ACT_ALLOW`, `architectures`: [`SCMP_ARCH_X86`]|"
                        + "{NAMES, 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 13}|Permission denied"
            },
            quoteCharacter = '~')
    void aWarningIsTrue(String id, String what, String fields, String rules, String said) throws IOException {
        String profile = ("{`defaultAction`: " + fields + ", `syscalls`: [" + rules + "]}")
                .replace("NAMES", MKDIR)
                .replace('\'', '"')
                .replace('`', '"');

        Command.Result checked = check(file(profile).toString());
        assertThat(checked.status()).isZero();
        assertThat(check("--json", file(profile).toString()).out()).contains('"' + id + '"');
        assertThat(run(profile, "mkdir /a 2>&1").output()).as(what).contains(said);
    }

    @Test
    void whoListens() throws IOException {
        Path socket;
        String profile;
        try (EmbeddedAgent agent = EmbeddedAgent.with(handlers -> handlers)) {
            socket = agent.socket();
            profile = file("{'defaultAction': 'SCMP_ACT_ALLOW', 'listenerPath': '" + socket
                            + "', 'syscalls': [{'names': ['acct'], 'action': 'SCMP_ACT_NOTIFY'}]}")
                    .toString();
            assertThat(check(profile).status()).isZero();
        }
        Command.Result gone = check("--json", profile);
        assertThat(firstError(gone)).isEqualTo("nobody-listens");
        assertThat(gone.status()).isOne();
        assertThat(check("--offline", profile).status()).isZero();
        assertThat(check(profile, "--offline").status()).isZero();
    }

    /** What a person sees. */
    @Test
    void theOutput() throws IOException {
        String profile = file("{\n  'defaultAction': 'SCMP_ACT_ALLOW',\n  'syscalls': [\n"
                        + "    {'names': ['rmdir', 'mkdri'], 'action': 'SCMP_ACT_ERRNO'}\n  ]\n}\n")
                .toString();
        assertThat(check("--offline", profile).orFail().lines())
                .contains(
                        profile + ":4:16: warning: rmdir is refused, but not unlinkat",
                        profile + ":4:25: warning: 'mkdri' is no call: perhaps mkdir",
                        "    fix: write mkdir")
                .last()
                .isEqualTo(profile + ":1:1: ok: checked: an OCI profile, rules: 1, calls named: 2, notified: 0");
    }

    @Test
    void nothingOfAFileReachesATerminal() throws IOException {
        String profile =
                file("{'defaultAction': 'SCMP_ACT_ALLOW\\u001b[2J\\n\\u202e'}").toString();
        assertThat(check(profile).output()).contains("SCMP_ACT_ALLOW?[2J??").doesNotContain("\u001b");
    }

    @Test
    void badInputIsOneLine() throws IOException {
        OneLine.of(check(), 2).contains("no FILE");
        OneLine.of(check("--nonsense"), 2).contains("profile check --help");
        OneLine.of(check("/nonexistent"), 2).contains("/nonexistent: there is no such file");
        OneLine.of(check(file("{'defaultAction': ").toString()), 2).contains("profile.json:1:", "no valid JSON");
        Path large = folder.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(50 << 20);
        }
        OneLine.of(check(large.toString()), 2).contains("larger than 1 MiB");
    }
}
