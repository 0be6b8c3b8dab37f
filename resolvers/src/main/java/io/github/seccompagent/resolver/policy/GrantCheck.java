package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.MetadataCheck;
import io.github.seccompagent.resolver.policy.Problem.Part;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Checks a grant. */
final class GrantCheck {
    /** Keys of metadata that other resolvers know. */
    private static final Set<String> OF_OTHERS = Set.of("PASS_OPEN");

    private final RuleCheck rules;
    private final MetadataCheck metadata;

    GrantCheck(RuleCheck rules, Collection<String> middleware) {
        this.rules = rules;
        this.metadata = new MetadataCheck(middleware);
    }

    void check(String name, Grant grant, List<Problem> all) {
        Problems problems = new Problems(all, Part.GRANT, name, -1);
        if (!GrantNames.isName(name) || !name.equals(grant.name())) {
            problems.error(
                    "name",
                    name,
                    "'" + name + "' cannot be the name of a grant",
                    "",
                    "use up to 63 letters, digits, dots and dashes, with a letter or digit first and last");
        }
        checkMetadata(grant, problems);
        for (String device : grant.devices()) {
            checkDevice(device, problems);
        }
        if (grant.metadata().isEmpty()
                && grant.devices().isEmpty()
                && grant.rules().isEmpty()
                && !grant.ioUring()) {
            problems.warning("", "", "the grant gives nothing", "", "");
        }
        if (grant.ioUring() && !grant.rules().isEmpty()) {
            problems.warning(
                    "ioUring",
                    "",
                    "io_uring makes calls that rules do not see",
                    "the kernel notifies only calls of threads",
                    "leave io_uring refused in a grant with rules");
        }
        for (int i = 0; i < grant.rules().size(); i++) {
            rules.check(grant, i, new Problems(all, Part.RULE, name, i));
        }
    }

    private void checkMetadata(Grant grant, Problems problems) {
        for (String line : grant.metadata()) {
            if (line.lines().count() != 1) {
                problems.error("metadata", line, "metadata that is not one line", "", "write KEY=VALUE");
                return;
            }
        }
        for (MetadataCheck.Problem problem : metadata.problems(String.join("\n", grant.metadata()))) {
            boolean unknown = problem.kind() == MetadataCheck.Kind.UNKNOWN_KEY;
            if (problem.kind() == MetadataCheck.Kind.DOUBTFUL) {
                problems.warning("metadata", problem.key(), problem.what(), "", "");
            } else {
                String what = unknown ? problem.key() + ": " + problem.what() : problem.what();
                problems.error("metadata", problem.key(), what, "", "");
            }
        }
        for (String line : grant.metadata()) {
            String key = line.substring(0, Math.max(0, line.indexOf('='))).strip();
            if (OF_OTHERS.contains(key)) {
                problems.error("metadata", key, key + ": it belongs to another resolver", "", "");
            }
        }
    }

    private static void checkDevice(String path, Problems problems) {
        List<String> names = Arrays.asList(path.split("/", -1));
        boolean below = path.startsWith("/dev/")
                && path.length() <= 4096
                && names.stream().skip(1).noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
        if (!below || path.chars().anyMatch(character -> character < ' ' || character == 0x7f)) {
            problems.error(
                    "devices",
                    path,
                    "'" + path + "' is not the path of a device below /dev",
                    "",
                    "write such as /dev/fuse");
        }
    }
}
