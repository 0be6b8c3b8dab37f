package io.github.seccompagent.app.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.app.report.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The container runtimes on the search path, and whether they can hand over listeners. */
final class RuntimeCheck implements Check {
    private static final String ID = "runtime";
    private static final String FLAG = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";

    private final String searchPath;

    RuntimeCheck(String searchPath) {
        this.searchPath = searchPath;
    }

    @Override
    public List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        Optional<Program> runc = find("runc");
        Optional<Program> crun = find("crun");
        runc.ifPresent(program -> findings.addAll(OciRuntime.runc(program).findings()));
        crun.ifPresent(program -> findings.addAll(OciRuntime.crun(program).findings()));
        List<Engine> engines = Engine.ALL.stream()
                .filter(engine -> find(engine.program()).isPresent())
                .toList();
        engines.forEach(
                engine -> findings.addAll(engine.look(find(engine.program()).orElseThrow())));
        if (runc.isEmpty()) {
            missingRunc(crun.isPresent(), engines).ifPresent(findings::add);
        }
        return findings;
    }

    private Optional<Program> find(String name) {
        return Program.find(name, searchPath);
    }

    private Optional<Finding> missingRunc(boolean hasCrun, List<Engine> engines) {
        if (isInContainer() && !hasCrun && engines.isEmpty()) {
            return Optional.of(Found.unknown(
                    ID,
                    "the runtimes of this machine cannot be seen from this container",
                    "the doctor has a mount namespace of its own",
                    "run the doctor on the machine itself too"));
        }
        String fix = "install runc (1.1.0 or newer), or add its folder to PATH, which is " + searchPath;
        List<String> needing =
                engines.stream().filter(Engine::startsRunc).map(Engine::program).toList();
        if (!needing.isEmpty()) {
            return Optional.of(Found.error(
                    ID + "-runc",
                    "runc is not on PATH, and " + String.join(" and ", needing) + " is here",
                    "by default it starts containers with runc, so none starts",
                    fix + "; or configure crun, and ignore this"));
        }
        return hasCrun
                ? Optional.empty()
                : Optional.of(Found.error(
                        ID,
                        "neither runc nor crun is on PATH",
                        "only these two hand over listeners, so no container reaches an agent",
                        fix + "; or install crun (0.19 or newer)"));
    }

    /** Whether the doctor sees other mounts than the machine's first process. */
    private static boolean isInContainer() {
        try {
            return !Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"))
                    .equals(Files.readSymbolicLink(Path.of("/proc/1/ns/mnt")));
        } catch (IOException notForThisUser) {
            return false;
        }
    }

    /** Whether a list of names in the features of a runtime has the flag. */
    static boolean hasFlag(JsonNode names) {
        for (JsonNode name : names) {
            if (name.asText().equals(FLAG)) {
                return true;
            }
        }
        return false;
    }

    /** What is said of a runtime without the flag. */
    static Finding withoutFlag(String id, String name, String fix) {
        return Found.note(
                id + "-flag",
                name + " does not know " + FLAG,
                "a signal can take a call from its handler, and the thread makes it again",
                "use " + fix + "; this one refuses a profile with the flag");
    }
}
