package io.github.seccompagent.app.inspect;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.app.filter.FilterChain;
import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.filter.RuleCompiler;
import java.util.List;

/** The filter that libseccomp makes of a profile. */
final class ProfileFilter {
    private ProfileFilter() {}

    /**
     * Makes it for a container.
     *
     * @param capabilities the container's bounding set
     * @throws UsageException if libseccomp refuses the profile
     */
    static FilterChain of(ReadProfile profile, long capabilities) {
        int otherwise = profile.otherwise().value();
        try (RuleCompiler compiler = new RuleCompiler(otherwise)) {
            profile.architectures().stream()
                    .map(ReadProfile::architectureOfLibseccomp)
                    .forEach(compiler::addArchitecture);
            profile.rules(capabilities).stream()
                    .filter(rule -> rule.outcome().value() != otherwise) // as runtimes do: libseccomp refuses these
                    .forEach(rule -> rule.calls()
                            .forEach(call -> compiler.addRule(rule.outcome().value(), call, rule.comparisons())));
            return new FilterChain(List.of(compiler.instructions()));
        } catch (ErrnoException e) {
            throw new UsageException("libseccomp refuses the profile: " + e.getMessage());
        }
    }
}
