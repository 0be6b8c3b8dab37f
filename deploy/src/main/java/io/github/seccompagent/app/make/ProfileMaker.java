package io.github.seccompagent.app.make;

import io.github.seccompagent.app.policy.CallsToNotify;
import io.github.seccompagent.app.profile.ReadProfile.Outcome;
import io.github.seccompagent.app.profile.ReadProfile.Rule;
import io.github.seccompagent.app.profile.WrittenProfile;
import io.github.seccompagent.app.profile.WrittenProfile.WrittenCondition;
import io.github.seccompagent.app.profile.WrittenProfile.WrittenRule;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.filter.Comparison;
import io.github.seccompagent.linux.syscall.SyscallTable;
import io.github.seccompagent.resolver.policy.Grant;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the profile of a container that has grants: it notifies the calls that they need, and does with all others what
 * the container's own profile does. io_uring is refused unless a grant keeps it, because it makes calls that no filter
 * sees.
 */
public final class ProfileMaker {
    private static final Set<String> IO_URING = Set.of("io_uring_setup", "io_uring_enter", "io_uring_register");
    private static final String ERRNO = "SCMP_ACT_ERRNO";
    private static final String WAIT_KILLABLE = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";

    /** What runtimes take if a profile names no flags. */
    private static final String DEFAULT_FLAG = "SECCOMP_FILTER_FLAG_SPEC_ALLOW";

    private static final int EPERM = 1;

    /** Lines that only the agent writes, or that say what the agent says. */
    private static final Set<String> OWN_KEYS =
            Set.of("GRANTS", "BASE", "SEAL", "LABEL", "LABELS", "ANNOTATION", "ANNOTATIONS", "ACCOUNT");

    private final BaseProfile base;
    private final List<Grant> grants;
    private final Understood understood;
    private final String listenerPath;
    private final Set<String> notified;
    private final Set<String> refused;

    /**
     * Begins a profile.
     *
     * @param base what the container would have otherwise
     * @param grants what it has, at least one
     * @throws UsageException if the base asks another agent, or metadata of a grant is not understood
     */
    public ProfileMaker(BaseProfile base, List<Grant> grants, String listenerPath, Understood understood) {
        if (!base.listenerPath().isEmpty() && !base.listenerPath().equals(listenerPath)) {
            throw new UsageException(base.name() + " notifies another agent, at " + base.listenerPath()
                    + ": a profile has one listener");
        }
        this.base = base;
        this.grants = List.copyOf(grants);
        this.understood = understood;
        this.listenerPath = listenerPath;
        refused = grants.stream().anyMatch(Grant::ioUring) ? Set.of() : IO_URING;
        notified = notified();
    }

    private Set<String> notified() {
        Set<String> calls;
        try {
            calls = CallsToNotify.of(grants);
        } catch (IllegalArgumentException e) {
            throw new UsageException("a grant cannot be given: " + e.getMessage());
        }
        if (!understood.errnoOfRules()) {
            calls = new TreeSet<>(calls);
            calls.addAll(otherErrnos());
        }
        calls.removeAll(refused);
        return calls;
    }

    /** The calls that a rule refuses with an error of its own. The agent can answer with it, if nobody else can. */
    private Set<String> otherErrnos() {
        return base.rules().stream()
                .filter(rule -> hasOwnErrno(rule.outcome()))
                .flatMap(rule -> rule.calls().stream())
                .filter(call -> new BaseCall(call, base)
                        .always()
                        .filter(ProfileMaker::hasOwnErrno)
                        .isPresent())
                .collect(Collectors.toSet());
    }

    private static boolean hasOwnErrno(Outcome outcome) {
        return outcome.action().equals(ERRNO) && outcome.errno() != EPERM;
    }

    /** The calls that the profile notifies, sorted. */
    public Set<String> notifiedCalls() {
        return notified;
    }

    /**
     * Those of them that the base allows with some arguments only. If nothing else decides about them, the agent
     * refuses them with all arguments.
     */
    public Set<String> restricted() {
        return notified.stream()
                .filter(call -> new BaseCall(call, base).isRefusedSometimes())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The lines for the agent: those of the base, the names of the grants, and what the base does with each notified
     * call. They need no seal, because they only restrict what the container has.
     */
    public String metadata() {
        Stream<String> kept = base.listenerMetadata()
                .lines()
                .filter(line -> !line.isBlank() && !OWN_KEYS.contains(line.split("=", 2)[0].strip()));
        String names = grants.stream().map(Grant::name).collect(Collectors.joining(","));
        String answers = notified.stream()
                .map(call -> call + ":" + new BaseCall(call, base).answer())
                .collect(Collectors.joining(","));
        return Stream.concat(kept, Stream.of("GRANTS=" + names, "BASE=" + answers))
                .collect(Collectors.joining("\n"));
    }

    /** Whether rules look at calls, and the base allows a call that whoever loads the profile does not know by name. */
    boolean allowsUnknownCalls() {
        return !base.otherwise().refuses()
                && grants.stream().anyMatch(grant -> !grant.rules().isEmpty());
    }

    /**
     * The profile.
     *
     * @param metadata {@link #metadata}, and perhaps a seal
     */
    public WrittenProfile profile(String metadata) {
        List<WrittenRule> rules = new ArrayList<>();
        rules.add(new WrittenRule(List.copyOf(notified), "SCMP_ACT_NOTIFY", null, null));
        if (!refused.isEmpty() && !isPlainRefusal(base.otherwise())) {
            rules.add(new WrittenRule(refused.stream().sorted().toList(), ERRNO, null, null));
        }
        Set<String> named = new HashSet<>();
        for (Rule rule : base.rules()) {
            List<String> calls = rule.calls().stream()
                    .filter(call -> !notified.contains(call) && !refused.contains(call))
                    .toList();
            named.addAll(calls);
            if (!calls.isEmpty()) {
                rules.add(new WrittenRule(
                        calls, rule.outcome().action(), errno(rule.outcome()), conditions(rule.comparisons())));
            }
        }
        addDefaultErrno(named, rules);
        return new WrittenProfile(
                base.otherwise().action(),
                understood.errnoOfDefault() && base.otherwise().action().equals(ERRNO)
                        ? nonDefault(base.otherwise().errno())
                        : null,
                base.architectures(),
                flags(),
                listenerPath,
                metadata,
                rules);
    }

    /** Whoever loses the error number of the default action can still have it for all calls that have a name. */
    private void addDefaultErrno(Set<String> named, List<WrittenRule> rules) {
        Outcome otherwise = base.otherwise();
        if (understood.errnoOfDefault() || !understood.errnoOfRules() || !hasOwnErrno(otherwise)) {
            return;
        }
        List<String> others = SyscallTable.names().stream()
                .filter(call -> !named.contains(call) && !notified.contains(call) && !refused.contains(call))
                .toList();
        rules.add(new WrittenRule(others, ERRNO, errno(otherwise), null));
    }

    private static boolean isPlainRefusal(Outcome outcome) {
        return outcome.action().equals(ERRNO) && outcome.errno() == EPERM;
    }

    private @Nullable Long errno(Outcome outcome) {
        return understood.errnoOfRules() && outcome.action().equals(ERRNO) ? nonDefault(outcome.errno()) : null;
    }

    private static @Nullable Long nonDefault(int errno) {
        return errno == EPERM ? null : (Long) (long) errno;
    }

    private @Nullable List<String> flags() {
        Optional<List<String>> flags = base.flags();
        if (!understood.waitKillable()) {
            return flags.orElse(null);
        }
        return Stream.concat(flags.orElse(List.of(DEFAULT_FLAG)).stream(), Stream.of(WAIT_KILLABLE))
                .distinct()
                .toList();
    }

    private static @Nullable List<WrittenCondition> conditions(List<Comparison> comparisons) {
        return comparisons.isEmpty()
                ? null
                : comparisons.stream()
                        .map(each -> new WrittenCondition(
                                each.argument(),
                                unsigned(each.value()),
                                unsigned(each.masked()),
                                each.operator().toString()))
                        .toList();
    }

    private static BigInteger unsigned(long number) {
        return new BigInteger(Long.toUnsignedString(number));
    }
}
