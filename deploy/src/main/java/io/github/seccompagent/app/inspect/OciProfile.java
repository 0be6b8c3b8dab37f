package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.app.filter.FilterChain;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.filter.Comparison;
import io.github.seccompagent.linux.filter.RuleCompiler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A seccomp profile: of OCI, as a file of its own or in a config.json, or in Docker's form.
 *
 * @param defaultAction the value that a filter returns for calls without a rule
 * @param architectures beside that of this machine, as libseccomp names them
 */
record OciProfile(int defaultAction, List<String> architectures, List<OciRule> rules) {
    private static final String PREFIX = "SCMP_ARCH_";

    /** @throws UsageException if the file holds none */
    static OciProfile read(Path file) {
        JsonNode json = JsonFile.read(file);
        JsonNode inConfiguration = json.path("linux").path("seccomp");
        JsonNode profile = inConfiguration.isObject() ? inConfiguration : json;
        if (!profile.path("defaultAction").isTextual()) {
            throw new UsageException(file + " holds no seccomp profile: there is no \"defaultAction\"");
        }
        try {
            List<OciRule> rules = new ArrayList<>();
            profile.path("syscalls").forEach(each -> rules.add(OciRule.of(each)));
            return new OciProfile(
                    OciRule.action(profile.path("defaultAction"), profile.path("defaultErrnoRet")),
                    architectures(profile),
                    List.copyOf(rules));
        } catch (UsageException e) {
            throw new UsageException(file + ": " + e.getMessage());
        }
    }

    private static List<String> architectures(JsonNode profile) {
        String own = Architecture.ofThisMachine().name();
        List<String> names = new ArrayList<>(RuleSelector.texts(profile.path("architectures")));
        profile.path("archMap").forEach(each -> {
            if (each.path("architecture").asText().equals(PREFIX + own)) {
                names.addAll(RuleSelector.texts(each.path("subArchitectures")));
            }
        });
        return names.stream()
                .map(name -> name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
    }

    /**
     * The filter that libseccomp makes of it for a container.
     *
     * @param capabilities the container's bounding set, which rules of Docker's form can ask for
     * @throws UsageException if libseccomp refuses it
     */
    FilterChain compile(long capabilities) {
        try (RuleCompiler compiler = new RuleCompiler(defaultAction)) {
            architectures.forEach(compiler::addArchitecture);
            rules.stream()
                    .filter(rule -> rule.action() != defaultAction) // as runtimes do: libseccomp refuses these
                    .filter(rule -> rule.includes().includes(capabilities)
                            && !rule.excludes().excludes(capabilities))
                    .forEach(rule -> add(rule, compiler));
            return new FilterChain(List.of(compiler.instructions()));
        } catch (ErrnoException e) {
            throw new UsageException("libseccomp refuses the profile: " + e.getMessage());
        }
    }

    private static void add(OciRule rule, RuleCompiler compiler) {
        for (String call : rule.calls()) {
            comparisons(rule).forEach(each -> compiler.addRule(rule.action(), call, each));
        }
    }

    /** As in runc, comparisons of the same argument are alternatives, and so are all others beside them. */
    private static Stream<List<Comparison>> comparisons(OciRule rule) {
        Set<Integer> arguments = new HashSet<>();
        boolean isOnceEach = rule.comparisons().stream().allMatch(each -> arguments.add(each.argument()));
        return isOnceEach
                ? Stream.of(rule.comparisons())
                : rule.comparisons().stream().map(List::of);
    }
}
