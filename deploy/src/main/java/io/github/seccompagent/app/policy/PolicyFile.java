package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.document.DocumentParser;
import io.github.seccompagent.app.document.FieldReader;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Node;
import io.github.seccompagent.app.document.TextFile;
import io.github.seccompagent.app.profile.RuntimeCallsCheck;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.syscall.SyscallTable;
import io.github.seccompagent.resolver.policy.Checker;
import io.github.seccompagent.resolver.policy.CompiledPolicy;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.Policy;
import io.github.seccompagent.resolver.policy.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A policy as a file has it.
 *
 * @param policy what could be read; if a finding is an error, it is not the whole policy
 * @param findings what is wrong with it, in the order of the file
 */
public record PolicyFile(Policy policy, List<Finding> findings, PolicyPlaces places) {
    /** What the program has for the metadata key MIDDLEWARE. */
    private static final List<String> MIDDLEWARE = List.of("prometheus", "falco");

    private static final int LONGEST = 300;

    /** What the engine refuses. */
    static final Checker CHECKER = new Checker(
            call -> SyscallTable.isName(call) ? Optional.of(SyscallTable.familyOf(call)) : Optional.empty(),
            MIDDLEWARE);

    /** @throws UsageException if it cannot be read, or holds no policy */
    static PolicyFile read(Path file) {
        return of(file.toString(), TextFile.read(file, PolicyParser.KIND));
    }

    /**
     * The policy in a file that an agent would use.
     *
     * @throws UsageException if it cannot be read, or an agent would refuse it
     */
    public static Policy usable(Path file) {
        return read(file).compiled().policy();
    }

    /** @throws UsageException if it is no policy at all */
    static PolicyFile of(String file, String text) {
        Findings findings = new Findings(PolicyParser.KIND);
        List<Node> documents = DocumentParser.parse(file, text, findings);
        if (documents.size() != 1 || !(documents.get(0) instanceof Node.Fields fields)) {
            throw new UsageException(
                    file + ": it holds no policy: it should be one object with version, grants and access");
        }
        PolicyParser parser = new PolicyParser(new FieldReader(fields, findings), findings);
        Policy policy = parser.policy();
        if (!findings.hasErrors()) {
            CHECKER.check(policy).forEach(problem -> add(problem, parser.places(), findings));
            policy.grants().values().forEach(grant -> warnOfRuntimes(grant, parser.places(), findings));
        }
        return new PolicyFile(policy, findings.sorted(), parser.places());
    }

    private static void warnOfRuntimes(Grant grant, PolicyPlaces places, Findings findings) {
        for (int i = 0; i < grant.rules().size(); i++) {
            for (String call : grant.rules().get(i).calls()) {
                Problem.Place place = new Problem.Place(Problem.Part.RULE, grant.name(), i, "calls", call);
                RuntimeCallsCheck.whyNot(call)
                        .ifPresent(why -> findings.warning(
                                "doubtful",
                                places.of(place),
                                "containers with this grant may not start, because " + call + " is notified",
                                why,
                                "take " + call + " out of this rule"));
            }
        }
    }

    private static void add(Problem problem, PolicyPlaces places, Findings findings) {
        boolean isError = problem.severity() == Problem.Severity.ERROR;
        findings.add(new Finding(
                isError ? "cannot-run" : "doubtful",
                isError ? Severity.ERROR : Severity.WARNING,
                shortened(problem.what()),
                shortened(problem.why()),
                shortened(problem.fix()),
                places.of(problem.place())));
    }

    /** It can quote the file, whose texts can be as long as the file. */
    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /**
     * The policy, ready for use.
     *
     * @throws UsageException if anything is wrong with it
     */
    CompiledPolicy compiled() {
        List<Finding> errors = findings.stream()
                .filter(each -> each.severity() == Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            Finding first = errors.get(0);
            throw new UsageException(first.place() + ": " + first.what()
                    + (first.fix().isEmpty() ? "" : ": " + first.fix())
                    + (errors.size() > 1 ? " (and " + (errors.size() - 1) + " more: see 'policy check')" : ""));
        }
        return CompiledPolicy.of(policy, CHECKER);
    }
}
