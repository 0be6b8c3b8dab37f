package io.github.seccompagent.app.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.seccompagent.app.report.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A runtime that starts containers itself. What its command {@code features} says counts more than its version. Old
 * ones lack that command.
 */
final class OciRuntime {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LIBRARY = Pattern.compile("^libseccomp: *(\\S+)", Pattern.MULTILINE);
    private static final Version OLDEST_LIBRARY = Version.of("2.5.0");

    private final Program program;
    private final String oldest; // that knows listenerPath
    private final String newEnough; // what knows the flag
    private final Optional<Version> withFlag; // if the version alone tells
    private final String builtWith; // the line of the version that says so

    private OciRuntime(Program program, String oldest, String newEnough, Optional<Version> withFlag, String builtWith) {
        this.program = program;
        this.oldest = oldest;
        this.newEnough = newEnough;
        this.withFlag = withFlag;
        this.builtWith = builtWith;
    }

    static OciRuntime runc(Program program) {
        return new OciRuntime(
                program, "1.1.0", "runc 1.5 with libseccomp 2.6, or crun 1.6", Optional.empty(), "libseccomp");
    }

    static OciRuntime crun(Program program) {
        return new OciRuntime(program, "0.19", "crun 1.6", Optional.of(Version.of("1.6")), "+SECCOMP");
    }

    List<Finding> findings() {
        String id = "runtime-" + program.name();
        Optional<String> about = program.output("--version");
        if (about.isEmpty()) {
            return List.of(Found.unknown(
                    id,
                    program.path() + " does not say its version",
                    "'" + program.name() + " --version' fails or takes longer than 10 seconds",
                    "find out why it does not run"));
        }
        return findings(id, about.get(), features());
    }

    private List<Finding> findings(String id, String about, JsonNode features) {
        Version version = Version.of(about);
        String name = program.name() + " " + version;
        if (version.isOlderThan(Version.of(oldest))) {
            return List.of(Found.error(
                    id,
                    name + " (" + program.path() + ") is older than " + oldest,
                    "it does not know listenerPath, so a notifying profile fails or is not what it seems",
                    "install " + program.name() + " " + oldest + " or newer"));
        }
        if (!about.contains(builtWith)) {
            return List.of(Found.error(
                    id,
                    name + " (" + program.path() + ") is built without seccomp",
                    "it refuses profiles, or ignores them",
                    "install a build with libseccomp"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(library(about, id, name).orElseGet(() -> well(id, name)));
        if (!knowsFlag(version, features)) {
            findings.add(RuntimeCheck.withoutFlag(id, name, newEnough));
        }
        return findings;
    }

    private Finding well(String id, String name) {
        return Found.ok(id, name + " (" + program.path() + ") knows listenerPath");
    }

    private static Optional<Finding> library(String about, String id, String name) {
        Matcher library = LIBRARY.matcher(about);
        return library.find() && Version.of(library.group(1)).isOlderThan(OLDEST_LIBRARY)
                ? Optional.of(Found.error(
                        id,
                        name + " uses libseccomp " + library.group(1),
                        "it cannot install a filter that notifies with a version before " + OLDEST_LIBRARY,
                        "install a newer libseccomp"))
                : Optional.empty();
    }

    private boolean knowsFlag(Version version, JsonNode features) {
        JsonNode seccomp = features.path("linux").path("seccomp");
        JsonNode flags = seccomp.path("supportedFlags").isMissingNode()
                ? seccomp.path("knownFlags")
                : seccomp.path("supportedFlags");
        return flags.isMissingNode()
                ? withFlag.isPresent() && !version.isOlderThan(withFlag.get())
                : RuntimeCheck.hasFlag(flags);
    }

    private JsonNode features() {
        try {
            return program.output("features").map(OciRuntime::parse).orElse(MissingNode.getInstance());
        } catch (IllegalArgumentException noJson) {
            return MissingNode.getInstance();
        }
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
