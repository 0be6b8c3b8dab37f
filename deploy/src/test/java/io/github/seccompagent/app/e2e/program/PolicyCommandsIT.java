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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** {@code policy check} and {@code policy explain}. */
class PolicyCommandsIT {
    private static final String POLICY = """
            version: 1
            grants:
              x:
                rules:
                  - {name: no-etc, calls: [mkdir], paths: [/etc/**], action: deny, errno: EROFS}
                  - {calls: [mkdir], action: allow}
            access:
              - allow: [x]
                namespaces: [team-*]
            """;

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("p.yaml"), text);
    }

    private static Command.Result run(String command, String... arguments) {
        return Command.run(Command.concat(List.of(AgentProcess.program(), "policy", command), List.of(arguments)));
    }

    @Test
    void check() throws IOException {
        Path file = file(POLICY);
        assertThat(run("check", file.toString()).orFail()).contains("p.yaml:1:1: ok: checked: grants: 1, rules: 2");

        file(POLICY.replace("action: allow", "action: alow") + "\"\\u001b[2J\": {}\n");
        Command.Result bad = run("check", file.toString());
        assertThat(bad.status()).isOne();
        assertThat(bad.out())
                .contains("p.yaml:6:34: error: action: 'alow' is not one of")
                .contains("'?[2J' is no field")
                .doesNotContain("\u001b");
        JsonNode json = new ObjectMapper()
                .readTree(run("check", "--json", file.toString()).out());
        assertThat(json.at("/findings/0/id").asText()).isEqualTo("unknown-action");
        assertThat(json.at("/findings/0/place/line").asInt()).isEqualTo(6);
    }

    @Test
    void explain() throws IOException {
        String file = file(POLICY).toString();
        Command.Result denied =
                run("explain", file, "--namespace=team-a", "--pod=p", "--grants=x", "--call=mkdir:/etc/x");
        assertThat(denied.orFail())
                .contains("grant x: asked for, allowed, entry 1 of access, " + file + ":8:5")
                .contains(file + ":5:9: rule no-etc (deny with EROFS): matches");
        JsonNode json = new ObjectMapper()
                .readTree(run("explain", "--json", file, "--namespace=team-a", "--grants=x", "--call=mkdirat:/home/x")
                        .orFail());
        assertThat(json.at("/decidedBy/number").asInt()).isEqualTo(2);
        assertThat(json.at("/rules/0/matches").asBoolean()).isFalse();
        assertThat(json.at("/grants/0/verdict").asText()).isEqualTo("allowed");
    }

    /** What the page shows is what the program prints. */
    @Test
    void thePage() throws IOException {
        String page = Files.readString(Path.of("reference/policy.md"));
        Matcher yaml = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(yaml.find()).isTrue();
        String file = file(yaml.group(1)).toString();
        Matcher example = Pattern.compile("(?m)^\\$ seccomp-agent policy explain policy.yaml (.*)\n((?:[^$`].*\n)+)")
                .matcher(page);
        int count = 0;
        while (example.find()) {
            count++;
            List<String> words =
                    Command.concat(List.of(file), List.of(example.group(1).split(" ")));
            String printed = run("explain", words.toArray(String[]::new)).out();
            assertThat(printed.replace(file, "policy.yaml")).isEqualTo(example.group(2));
        }
        assertThat(count).isEqualTo(2);
    }

    @Test
    void explainARefusal() throws IOException {
        Command.Result refused =
                run("explain", file(POLICY).toString(), "--namespace=other", "--grants=x", "--call=mkdir:/etc/x");
        assertThat(refused.status()).as(refused.output()).isOne();
        assertThat(refused.out()).contains("grant x: asked for, nobody allows");
    }

    @Test
    void badInputIsOneLine() throws IOException {
        String file = file(POLICY).toString();
        OneLine.of(run("check"), 2).contains("no FILE");
        OneLine.of(run("check", "/nonexistent"), 2).contains("there is no such file");
        OneLine.of(run("explain", file), 2).contains("--call is missing");
        OneLine.of(run("explain", file, "--call=mkdri:/a"), 2).contains("'mkdri' is no call: perhaps mkdir");
        OneLine.of(run("explain", file, "--call=mkdir:/a/../b"), 2).contains("is no path as it leads");
        OneLine.of(run("explain", file, "--call=mkdir:/a", "--flags=O_CREAT"), 2)
                .contains("mkdir has no flag O_CREAT");
        OneLine.of(run("explain", file, "--call=mkdir:/a", "--uid=-1"), 2).contains("is no uid");
        OneLine.of(run("explain", file, "--call=mkdir:/a", "--grants=../x"), 2).contains("no name of a grant");
        OneLine.of(run("explain", file, "--call=mkdir:/a", "--label=x"), 2).contains("NAME=VALUE");
        Files.writeString(Path.of(file), "version: 3\n");
        OneLine.of(run("explain", file, "--call=mkdir:/a"), 2).contains(":1:10: version 3 is not known");
    }
}
