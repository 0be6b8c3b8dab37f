package io.github.seccompagent.app.nri;

import io.github.seccompagent.resolver.policy.Access;
import io.github.seccompagent.resolver.policy.Checker;
import io.github.seccompagent.resolver.policy.CompiledPolicy;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.Policy;
import io.github.seccompagent.resolver.policy.Who;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A policy for tests: pods with a label in some namespaces may have either of two grants. */
final class Policies {
    static final Grant FUSE =
            new Grant("fuse", List.of("MOUNT_OTHER_FS_LIST=fuse"), List.of("/dev/fuse"), false, List.of());
    static final Grant SUFFIX = new Grant("suffix", List.of("MKDIR_TMPL=-x"), List.of(), false, List.of());

    private static final Who TEAM =
            new Who(Set.of("team-*"), Set.of(), Set.of(), Set.of(), Map.of("tier", "build"), Map.of(), Set.of());

    static final CompiledPolicy COMPILED = CompiledPolicy.of(
            new Policy(
                    true,
                    Map.of("fuse", FUSE, "suffix", SUFFIX),
                    List.of(new Access(Access.Effect.ALLOW, Set.of("*"), TEAM))),
            new Checker(Optional::of, List.of()));

    private Policies() {}
}
