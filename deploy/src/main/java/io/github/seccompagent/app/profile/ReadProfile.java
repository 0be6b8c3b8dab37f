package io.github.seccompagent.app.profile;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.filter.Comparison;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A profile in any of its forms, as a command goes by it. A runtime would take it. */
public final class ReadProfile {
    private static final int EPERM = 1;
    private static final String ARCHITECTURE = "scmp_arch_";

    private final Profile profile;
    private final Outcome otherwise;

    private ReadProfile(Profile profile, Outcome otherwise) {
        this.profile = profile;
        this.otherwise = otherwise;
    }

    /**
     * What happens with a call.
     *
     * @param action its name, such as SCMP_ACT_ERRNO
     * @param errno the error number of that action
     * @param value what a filter returns for it
     */
    public record Outcome(String action, int errno, int value) {
        private static final Set<String> LETS_GO_ON =
                Set.of("SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE");

        /** Whether the call is never executed, whatever anybody who is asked says. */
        public boolean refuses() {
            return !LETS_GO_ON.contains(action);
        }

        /** The name of the error, or its number if it has none; empty for actions without an error. */
        public String errnoName() {
            if (!action.equals(SeccompAction.ERRNO.toString())) {
                return "";
            }
            try {
                return Errno.of(errno).name();
            } catch (IllegalArgumentException e) {
                return Integer.toString(errno);
            }
        }
    }

    /**
     * A rule.
     *
     * @param calls the names of the calls that it is for
     * @param comparisons all of them must hold
     */
    public record Rule(List<String> calls, Outcome outcome, List<Comparison> comparisons) {
        private Stream<Rule> alternatives() {
            return ReadProfile.alternatives(comparisons).map(each -> new Rule(calls, outcome, each));
        }
    }

    /**
     * Reads the profile in a file.
     *
     * @throws UsageException if the file cannot be read, does not hold one profile, or holds one that runtimes refuse
     */
    public static ReadProfile of(Path file) {
        Findings findings = new Findings(ProfileFile.KIND);
        return of(ProfileFile.readOne(file, findings), findings);
    }

    /**
     * Reads the profile in a text.
     *
     * @param name of the text, for messages
     * @throws UsageException as {@link #of(Path)}
     */
    public static ReadProfile of(String name, String text) {
        Findings findings = new Findings(ProfileFile.KIND);
        return of(ProfileFile.onlyOne(name, ProfileFile.read(name, text, findings)), findings);
    }

    private static ReadProfile of(Profile profile, Findings findings) {
        refuse(findings.sorted());
        SeccompAction action = profile.knownDefault()
                .orElseThrow(() ->
                        new UsageException(profile.place() + ": it has no defaultAction that runtimes know: add one"));
        ReadProfile read = new ReadProfile(profile, outcome(action, profile.defaultErrno()));
        profile.rules().forEach(ReadProfile::rule);
        return read;
    }

    private static void refuse(List<Finding> findings) {
        findings.stream()
                .filter(each -> each.severity() == Severity.ERROR)
                .findFirst()
                .ifPresent(each -> {
                    throw new UsageException(each.place() + ": " + each.what() + ": " + each.fix());
                });
    }

    /** What happens with a call that no rule is for. */
    public Outcome otherwise() {
        return otherwise;
    }

    /** As profiles name them, SCMP_ARCH_X86_64 and so on. That of this machine need not be among them. */
    public List<String> architectures() {
        return profile.architectures().stream().map(Located::text).toList();
    }

    /** What libseccomp calls an architecture of a profile. */
    public static String architectureOfLibseccomp(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        return small.startsWith(ARCHITECTURE) ? small.substring(ARCHITECTURE.length()) : small;
    }

    /** Empty if none are named, which is not the same as an empty list: runtimes have a default then. */
    public Optional<List<String>> flags() {
        return Optional.ofNullable(profile.flags())
                .map(flags -> flags.stream().map(Located::text).toList());
    }

    /** The socket that the profile notifies; empty if it names none. */
    public String listenerPath() {
        return profile.listenerPath() == null ? "" : profile.listenerPath().text();
    }

    /** What goes to that socket with a container; empty if there is nothing. */
    public String listenerMetadata() {
        return profile.listenerMetadata() == null
                ? ""
                : profile.listenerMetadata().text();
    }

    /** The rules that count on this machine, for a container with the capabilities that it has there by default. */
    public List<Rule> rules() {
        return rules(Machine.here());
    }

    /**
     * The rules that count on this machine. Each of several comparisons of one argument has a rule of its own, as
     * runtimes make it.
     *
     * @param capabilities the container's bounding set, which rules of Docker's form can ask for
     */
    public List<Rule> rules(long capabilities) {
        Set<String> names = Stream.of(Capability.values())
                .filter(each -> (capabilities & each.bit()) != 0)
                .map(Capability::name)
                .collect(Collectors.toSet());
        return rules(Machine.here().with(names));
    }

    private List<Rule> rules(Machine machine) {
        return profile.rulesFor(machine).stream()
                .map(ReadProfile::rule)
                .flatMap(Rule::alternatives)
                .toList();
    }

    private static Rule rule(io.github.seccompagent.app.profile.Rule rule) {
        SeccompAction action = rule.knownAction()
                .orElseThrow(() -> new UsageException(
                        rule.place() + ": the rule has no action that runtimes know: give SCMP_ACT_ALLOW or so"));
        return new Rule(
                rule.names().stream().map(Located::text).toList(),
                outcome(action, rule.errno()),
                rule.conditions().stream().map(ReadProfile::comparison).toList());
    }

    /** As runtimes do: if two comparisons are of one argument, each comparison is a rule of its own. */
    static Stream<List<Comparison>> alternatives(List<Comparison> all) {
        Set<Integer> arguments = new HashSet<>();
        boolean isOnceEach = all.stream().allMatch(each -> arguments.add(each.argument()));
        return isOnceEach ? Stream.of(all) : all.stream().map(List::of);
    }

    /** @throws UsageException if it is not valid */
    static Comparison comparison(Condition condition) {
        Place place = condition.place();
        if (!condition.isValid()) {
            throw new UsageException(place + ": the condition has an index that is not 0 to 5, or an operator that"
                    + " runtimes do not know: give SCMP_CMP_EQ or so");
        }
        return new Comparison(
                (int) condition.index(), condition.comparison().orElseThrow(), condition.value(), condition.valueTwo());
    }

    private static Outcome outcome(SeccompAction action, @Nullable Long errno) {
        int number = errno == null ? EPERM : (int) Math.min(errno, 0xffff);
        return new Outcome(action.toString(), number, action.value(errno));
    }
}
