package io.github.seccompagent.app.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was never seen goes, and all else stays. */
class MinimiserTest {
    @TempDir
    private Path folder;

    private Path evidence(String file, String abi, String... names) throws IOException {
        Recording recording = new Recording();
        for (String name : names) {
            recording.add(abi, name, 0, new NoArguments());
        }
        Evidence evidence = new Evidence(
                1, "p", "", 0, false, "", 0, QuietCalls.OF_COMMANDS, recording.calls(), recording.omitted(), null);
        return Files.writeString(folder.resolve(file), Report.json(evidence));
    }

    private Path profile(String json) throws IOException {
        return Files.writeString(folder.resolve("p.json"), json.replace('\'', '"'));
    }

    @Test
    void conditionsAndRefusalsStay() throws IOException {
        Path profile = profile("{'defaultAction': 'SCMP_ACT_ERRNO', 'architectures': ['SCMP_ARCH_X86_64',"
                + " 'SCMP_ARCH_X86', 'SCMP_ARCH_S390X'], 'syscalls': ["
                + "{'names': ['mkdir', 'read', 'mount', 'umount2'], 'action': 'SCMP_ACT_ALLOW'},"
                + "{'names': ['clone'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'value': 1, 'op':"
                + " 'SCMP_CMP_EQ'}]}, {'names': ['bpf'], 'action': 'SCMP_ACT_ALLOW'},"
                + "{'names': ['ptrace'], 'action': 'SCMP_ACT_KILL'}], 'x': 1}");

        Minimiser minimiser = new Minimiser(
                profile,
                List.of(
                        evidence("a", "x86_64", "mkdir", "clone"),
                        evidence("b", "x86_64", "umount2", "ptrace", "chmod")));

        JsonNode small = new ObjectMapper().readTree(minimiser.profile());
        assertThat(small.path("architectures").toString()).isEqualTo("[\"SCMP_ARCH_X86_64\"]");
        assertThat(small.path("syscalls")).hasSize(3);
        assertThat(small.at("/syscalls/0/names").toString()).isEqualTo("[\"mkdir\",\"read\",\"umount2\"]");
        assertThat(small.at("/syscalls/1/args/0/op").asText()).isEqualTo("SCMP_CMP_EQ");
        assertThat(small.at("/syscalls/2/action").asText()).isEqualTo("SCMP_ACT_KILL");
        assertThat(small.path("x").asInt()).isEqualTo(1);
        assertThat(minimiser.removed()).containsExactly("bpf", "mount");
        assertThat(minimiser.missing()).containsExactly("chmod", "ptrace");
    }

    @Test
    void badInput() throws IOException {
        Path evidence = evidence("a", "x86_64", "mkdir");
        Path good = profile("{'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': []}");

        assertThatThrownBy(() -> new Minimiser(good, List.of(good)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("is no evidence");
        Path allowing = profile("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': []}");
        assertThatThrownBy(() -> new Minimiser(allowing, List.of(evidence)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("allows all calls");
    }

    @Test
    void evidenceIsReadAsItWasWritten() throws IOException {
        Path file = evidence("a", "x86_64", "socket", "clone3", "mkdir");

        Evidence evidence = EvidenceFile.read(file);
        Recording again = new Recording();
        again.addAll(evidence);
        again.addAll(evidence);

        assertThat(again.calls()).extracting(Evidence.Call::count).containsExactly(2L, 2L, 2L);
        assertThat(again.calls().get(2).arguments().get(0).values())
                .containsExactly(new Evidence.Value(0, "AF_UNSPEC", 2));
    }

    @Test
    void namesOfRecordings() {
        for (String bad : List.of("", ".", "..", ".a", "a/b", "a b", "\u00e4", "x".repeat(65), "a\n")) {
            assertThatThrownBy(() -> RecordName.require(bad)).isInstanceOf(UsageException.class);
        }
        assertThat(RecordName.require("Web-1.a_b")).isEqualTo("Web-1.a_b");
    }
}
