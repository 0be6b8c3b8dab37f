package io.github.seccompagent.app.e2e.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Runs {@code seccomp-agent record}, and strace, and reads what they write. */
final class Recorder implements AutoCloseable {
    private static final int SECONDS = 300;

    private final TempFolder folder = TempFolder.create();
    private int count;

    /** What a recording has given. */
    record Recorded(Command.Result result, Path profile, Path evidence) {
        Set<String> names() {
            Set<String> names = new TreeSet<>();
            json(profile)
                    .path("syscalls")
                    .forEach(rule -> rule.path("names").forEach(each -> names.add(each.asText())));
            return names;
        }

        List<String> architectures() {
            List<String> all = new ArrayList<>();
            json(profile).path("architectures").forEach(each -> all.add(each.asText()));
            return all;
        }

        JsonNode call(String abi, String name) {
            for (JsonNode call : json(evidence).path("calls")) {
                if (call.path("abi").asText().equals(abi)
                        && call.path("name").asText().equals(name)) {
                    return call;
                }
            }
            throw new AssertionError("no " + name + " of " + abi + " in " + json(evidence));
        }

        double seconds() {
            return json(evidence).path("seconds").asDouble();
        }
    }

    static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** The words that record a command, up to its own. */
    static List<String> words(String... options) {
        return Command.concat(
                Command.concat(List.of(AgentProcess.program(), "record"), List.of(options)), List.of("--"));
    }

    /** Records a command. */
    Recorded record(List<String> command, String... options) {
        count++;
        Path profile = file("profile-" + count + ".json");
        Path evidence = file("evidence-" + count + ".json");
        List<String> words =
                Command.concat(List.of("-o", profile.toString(), "--evidence=" + evidence), List.of(options));
        Command.Result result = Command.run(SECONDS, Command.concat(words(words.toArray(String[]::new)), command));
        return new Recorded(result, profile, evidence);
    }

    /** Runs a command with what a profile refuses refused. Returns the evidence. */
    Recorded enforce(Path profile, List<String> command) {
        count++;
        Path evidence = file("evidence-" + count + ".json");
        Command.Result result = Command.run(
                SECONDS, Command.concat(words("--under=" + profile, "--enforce", "--evidence=" + evidence), command));
        return new Recorded(result, profile, evidence);
    }

    /** What a profile has refused, as NAME of ABI. */
    static List<String> refused(Recorded run) {
        List<String> all = new ArrayList<>();
        json(run.evidence())
                .path("under")
                .path("refused")
                .forEach(each -> all.add(
                        each.path("name").asText() + " of " + each.path("abi").asText()));
        return all;
    }

    /** The calls that strace sees. */
    Set<String> strace(List<String> command) {
        Path summary = file("strace-" + ++count);
        Command.run(
                SECONDS,
                Command.concat(
                        List.of(Command.find("strace").toString(), "-f", "-c", "-o", summary.toString()), command));
        Set<String> names = new TreeSet<>();
        try (var lines = Files.lines(summary)) {
            // % time, seconds, usecs/call, calls, errors if any, syscall
            lines.map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length >= 5 && words[0].matches("[0-9.]+"))
                    .map(words -> words[words.length - 1])
                    .filter(name -> !name.equals("total"))
                    .forEach(names::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    @Override
    public void close() {
        folder.close();
    }
}
