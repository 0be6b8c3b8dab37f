package io.github.seccompagent.app.e2e.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.e2e.fixture.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Profiles that are in use: podman's default, the examples, and the sets of calls that systemd's units name. */
final class RealProfiles {
    private static final Path OF_PODMAN = Path.of("/usr/share/containers/seccomp.json");
    private static final Path EXAMPLES = Path.of("kubernetes/examples/profiles");
    private static final String ARCH = System.getProperty("os.arch").equals("amd64") ? "amd64" : "arm64";
    private static final List<String> ARCHITECTURES = ARCH.equals("amd64")
            ? List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32")
            : List.of("SCMP_ARCH_AARCH64");

    private static final Map<String, Set<String>> SETS = new HashMap<>();

    static {
        String name = "";
        for (String line :
                Command.run("systemd-analyze", "syscall-filter").orFail().split("\n")) {
            String word = line.strip();
            if (word.startsWith("@") && !line.startsWith(" ")) {
                name = word;
                SETS.put(name, new TreeSet<>());
            } else if (!word.isEmpty() && !word.startsWith("#") && SETS.containsKey(name)) {
                SETS.get(name).add(word);
            }
        }
    }

    private RealProfiles() {}

    /** All of them, in OCI's form, by a name. */
    static Map<String, Map<String, Object>> all() {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        all.put("podman", podmans(Set.of()));
        all.put("podman, auditing", podmans(Set.of("CAP_AUDIT_WRITE", "CAP_SYS_CHROOT")));
        all.put("podman, administrator", podmans(Set.of("CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_SYS_TIME")));
        for (String example : List.of("notify", "mounts", "dangerous")) {
            all.put(example, example(EXAMPLES.resolve(example + ".json")));
        }
        Map<String, Object> eperm = Map.of("action", "SCMP_ACT_ERRNO");
        Map<String, Object> enosys = Map.of("action", "SCMP_ACT_ERRNO", "errnoRet", 38);
        for (String refused : List.of("@mount", "@clock", "@module", "@raw-io", "@reboot", "@swap")) {
            all.put("~" + refused, refusing(refused, eperm));
        }
        all.put("~@obsolete", refusing("@obsolete", enosys));
        all.put("~@debug", refusing("@debug", Map.of("action", "SCMP_ACT_TRAP")));
        all.put("~@cpu-emulation", refusing("@cpu-emulation", Map.of("action", "SCMP_ACT_KILL")));
        all.put("~@keyring", refusing("@keyring", Map.of("action", "SCMP_ACT_KILL_PROCESS")));
        all.put("~@aio", refusing("@aio", Map.of("action", "SCMP_ACT_LOG")));
        all.put("~@memlock", refusing("@memlock", Map.of("action", "SCMP_ACT_TRACE", "errnoRet", 7)));
        all.put("@system-service", allowing("SCMP_ACT_ERRNO", 1));
        all.put("@system-service, ENOSYS", allowing("SCMP_ACT_ERRNO", 38));
        all.put("@system-service, log", allowing("SCMP_ACT_LOG", 0));
        return all;
    }

    private static Set<String> calls(String set) {
        Set<String> calls = new TreeSet<>();
        for (String word : SETS.get(set)) {
            calls.addAll(word.startsWith("@") ? calls(word) : Set.of(word));
        }
        return calls;
    }

    private static Map<String, Object> refusing(String set, Map<String, Object> action) {
        Map<String, Object> rule = new LinkedHashMap<>(action);
        rule.put("names", List.copyOf(calls(set)));
        return profile("SCMP_ACT_ALLOW", 0, List.of(rule));
    }

    private static Map<String, Object> allowing(String otherwise, int errno) {
        return profile(
                otherwise,
                errno,
                List.of(Map.of("action", "SCMP_ACT_ALLOW", "names", List.copyOf(calls("@system-service")))));
    }

    private static Map<String, Object> profile(String otherwise, int errno, List<?> rules) {
        Map<String, Object> profile = new LinkedHashMap<>();
        profile.put("defaultAction", otherwise);
        if (errno != 0) {
            profile.put("defaultErrnoRet", errno);
        }
        profile.put("architectures", ARCHITECTURES);
        profile.put("syscalls", rules);
        return profile;
    }

    private static Map<String, Object> example(Path file) {
        Map<String, Object> example = new LinkedHashMap<>(asMap(read(file)));
        example.put("architectures", ARCHITECTURES);
        return example;
    }

    /** What podman makes of its default profile for a container with some capabilities. */
    private static Map<String, Object> podmans(Set<String> capabilities) {
        JsonNode profile = read(OF_PODMAN);
        List<Map<String, Object>> rules = new ArrayList<>();
        for (JsonNode rule : profile.path("syscalls")) {
            Set<String> arches = texts(rule.path("includes").path("arches"));
            boolean isIncluded = (arches.isEmpty() || arches.contains(ARCH))
                    && capabilities.containsAll(texts(rule.path("includes").path("caps")));
            boolean isExcluded =
                    texts(rule.path("excludes").path("caps")).stream().anyMatch(capabilities::contains);
            if (isIncluded && !isExcluded) {
                Map<String, Object> plain = new LinkedHashMap<>(asMap(rule));
                plain.keySet().retainAll(Set.of("names", "action", "errnoRet", "args"));
                plain.values().removeIf(value -> value == null || value.equals(List.of()));
                rules.add(plain);
            }
        }
        return profile(
                profile.path("defaultAction").asText(),
                profile.path("defaultErrnoRet").asInt(),
                rules);
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new TreeSet<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(JsonNode node) {
        return new ObjectMapper().convertValue(node, Map.class);
    }

    static JsonNode read(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the profiles. */
    static Stream<String> names() {
        return all().keySet().stream();
    }
}
