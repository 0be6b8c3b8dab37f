package io.github.seccompagent.app;

import io.github.seccompagent.app.policy.CallQuestion;
import io.github.seccompagent.app.policy.PolicyExplanation;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.policy.GrantNames;
import io.github.seccompagent.resolver.policy.Identity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The command {@code policy explain}: what a policy does with a call of a container, and why. */
final class PolicyExplainCommand implements Command {
    private static final String NAMESPACE = "namespace";
    private static final String POD = "pod";
    private static final String CONTAINER = "container";
    private static final String SERVICE_ACCOUNT = "service-account";
    private static final String LABEL = "label";
    private static final String ANNOTATION = "annotation";
    private static final String USER = "user";
    private static final String GRANTS = "grants";
    private static final String CALL = "call";
    private static final String TO = "to";
    private static final String TYPE = "type";
    private static final String FLAGS = "flags";
    private static final String DEVICE = "device";
    private static final String UID = "uid";
    private static final String CAPABILITIES = "capabilities";
    private static final long MOST_UID = 0xffff_fffeL;
    private static final int REFUSED = 1;

    private final CommandOptions options = CommonOptions.explaining()
            .anywhere()
            .value(CALL, "NAME[:PATH]", "The call, and where its path leads in the container, as in mkdir:/etc/x")
            .value(TO, "PATH", "The second path, for calls that have two, such as rename.")
            .value(TYPE, "TYPE", "The file system type of a mount.")
            .value(FLAGS, "FLAG,FLAG", "The call's flags by their names, as in O_CREAT,O_EXCL. Default: none")
            .value(DEVICE, "MAJOR:MINOR", "The device that mknod makes.")
            .value(UID, "UID", "The caller's effective uid, in the agent's user namespace. Default: 0")
            .value(
                    CAPABILITIES,
                    "CAP,CAP",
                    "The caller's effective capabilities. Default: those that runtimes give to a container")
            .value(GRANTS, "NAME,NAME", "The grants that the container asks for. Default: none")
            .value(NAMESPACE, "NAME", "The pod's namespace.")
            .value(POD, "NAME", "The pod's name.")
            .value(CONTAINER, "NAME", "The container's name in the pod.")
            .value(SERVICE_ACCOUNT, "NAME", "The pod's service account. Default: unknown")
            .value(LABEL, "NAME=VALUE", "A label of the pod. May be repeated. Default: the labels are unknown")
            .value(ANNOTATION, "NAME=VALUE", "An annotation of the container. May be repeated. Default: it has none")
            .value(USER, "UID", "The user who handed over the container. Default: 0, an administrator");

    @Override
    public String synopsis() {
        return "seccomp-agent policy explain [OPTION]... --call NAME[:PATH] FILE";
    }

    @Override
    public String description() {
        return """
                Says what an agent with --policy FILE does with a call of a container: which grants the container has,
                which rules are asked, which one decides, and why. Nothing is run. The exit status is 0, or 1 if the
                container is refused a grant that it asks for, or 2 if FILE is no policy that an agent would use.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) {
        if (arguments.size() != 1) {
            throw new UsageException("one FILE was expected: see 'seccomp-agent policy explain --help'");
        }
        if (!options.has(CALL)) {
            throw new UsageException("--call is missing: give a call, as in --call mkdir:/etc/x");
        }
        CallQuestion question = new CallQuestion(
                options.get(CALL, ""),
                options.get(TO, ""),
                options.get(TYPE, ""),
                options.get(FLAGS, ""),
                options.get(DEVICE, ""),
                uid(UID),
                options.get(CAPABILITIES, CallQuestion.USUAL_CAPABILITIES));
        PolicyExplanation explanation =
                PolicyExplanation.of(CommandOptions.pathOfArgument(arguments.get(0)), identity(), grants(), question);
        explanation.print(System.out, options.has(CommonOptions.JSON));
        return explanation.refused() == null ? 0 : REFUSED;
    }

    private Identity identity() {
        Identity identity = Identity.of(new PodIdentity(
                        options.get(NAMESPACE, ""), options.get(POD, ""), options.get(CONTAINER, ""), ""))
                .withAnnotations(pairs(ANNOTATION))
                .withUid(uid(USER));
        if (options.has(LABEL)) {
            identity = identity.withLabels(pairs(LABEL));
        }
        return options.has(SERVICE_ACCOUNT) ? identity.withServiceAccount(options.get(SERVICE_ACCOUNT, "")) : identity;
    }

    private Set<String> grants() {
        try {
            return GrantNames.parse(options.get(GRANTS, ""));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--" + GRANTS + ": " + e.getMessage());
        }
    }

    private Map<String, String> pairs(String option) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : options.all(option)) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new UsageException("--" + option + ": '" + text + "' is not NAME=VALUE");
            }
            pairs.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return pairs;
    }

    private long uid(String option) {
        String text = options.get(option, "0");
        try {
            long uid = Long.parseLong(text);
            if (uid >= 0 && uid <= MOST_UID) {
                return uid;
            }
        } catch (NumberFormatException e) {
            // the same message as for a number that is too large
        }
        throw new UsageException("--" + option + ": '" + text + "' is no uid: give a number from 0 to " + MOST_UID);
    }
}
