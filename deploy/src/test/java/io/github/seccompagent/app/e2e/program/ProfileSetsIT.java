package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OneLine;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** {@code profile diff} and {@code profile merge}, as their pages show them. */
class ProfileSetsIT {
    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text.replace('\'', '"')).toString();
    }

    private static Command.Result profile(String... arguments) {
        return Command.run(Command.concat(List.of(AgentProcess.program(), "profile"), List.of(arguments)));
    }

    @Test
    void diff() throws IOException {
        String a = file(
                "a.json",
                "{'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [{'names': ['read', 'mkdir'], 'action':"
                        + " 'SCMP_ACT_ALLOW'}]}");
        String b = file(
                "b.json",
                "{'defaultAction': 'SCMP_ACT_ERRNO', 'listenerPath': '/run/seccomp-agent.socket', 'syscalls': ["
                        + "{'names': ['mkdir'], 'action': 'SCMP_ACT_NOTIFY'}, {'names': ['read'], 'action':"
                        + " 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'value': 7, 'op': 'SCMP_CMP_EQ'}]}]}");
        Command.Result different = profile("diff", a, b);
        assertThat(different.status()).isOne();
        assertThat(different.out().lines())
                .containsExactly(
                        "listenerPath: - -> /run/seccomp-agent.socket",
                        "mkdir: SCMP_ACT_ALLOW -> SCMP_ACT_NOTIFY",
                        "read: SCMP_ACT_ALLOW -> SCMP_ACT_ALLOW if arg0 == 7, else SCMP_ACT_ERRNO 1");
        JsonNode json =
                new ObjectMapper().readTree(profile("diff", "--json", a, b).out());
        assertThat(json.get("differences").get(1).get("name").asText()).isEqualTo("mkdir");
        assertThat(profile("diff", a, a).orFail()).isEmpty();
        OneLine.of(profile("diff", a), 2).contains("two files were expected");
        OneLine.of(profile("diff", a, "/nonexistent"), 2).contains("there is no such file");
    }

    @Test
    void merge() throws IOException {
        String a = file(
                "run1.json",
                "{'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [{'names': ['read', 'mkdir'], 'action':"
                        + " 'SCMP_ACT_ALLOW'}]}");
        String b = a.replace("run1", "run2");
        Files.writeString(
                folder.resolve("run2.json"),
                Files.readString(folder.resolve("run1.json")).replace("mkdir", "write"));

        Command.Result merged = profile("merge", a, b);
        assertThat(merged.status()).as(merged.output()).isZero();
        assertThat(new ObjectMapper()
                        .readTree(merged.out())
                        .get("syscalls")
                        .get(0)
                        .get("names"))
                .extracting(JsonNode::asText)
                .containsExactly("mkdir", "read", "write");
        assertThat(merged.err().lines())
                .containsExactly(
                        "seccomp-agent: " + a + ": 2 calls, 1 of them in no other file: mkdir",
                        "seccomp-agent: " + b + ": 2 calls, 1 of them in no other file: write");
        JsonNode json =
                new ObjectMapper().readTree(profile("merge", "--json", a, b).out());
        assertThat(json.get("runs").get(1).get("only").get(0).asText()).isEqualTo("write");
        OneLine.of(profile("merge", a), 2).contains("two or more files were expected");
    }

    @Test
    void mergeIntoAFile() throws IOException {
        String a = file(
                "a.json",
                "{'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [{'names': ['read'], 'action': 'SCMP_ACT_ALLOW'}]}");
        String b = file("b.json", Files.readString(Path.of(a)).replace("read", "write"));
        String printed = profile("merge", a, b).out();

        assertThat(profile("merge", "-o", a, a, b).out()).isEmpty();
        assertThat(folder.resolve("a.json")).hasContent(printed);
        assertThat(profile("merge", a, b, "--json", "--output", b).out()).contains("\"runs\"");
        assertThat(folder.resolve("b.json")).hasContent(printed);

        OneLine.of(profile("merge", a, b, "-o", "/dev/full"), 2).contains("/dev/full: not written: No space left");
        OneLine.of(profile("merge", a, b, "-o", "/nonexistent/x"), 2).contains("there is no folder /nonexistent");
        OneLine.of(profile("merge", a, "/nonexistent", "-o", b), 2).contains("/nonexistent");
        assertThat(folder.resolve("b.json")).hasContent(printed);
    }
}
