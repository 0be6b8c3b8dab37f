package io.github.seccompagent.app.nri;

import io.github.seccompagent.app.make.RuntimeDefault;
import io.github.seccompagent.app.make.Understood;
import io.github.seccompagent.app.nri.wire.ConfigureRequest;
import io.github.seccompagent.app.report.Printable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container runtime, as it introduces itself.
 *
 * @param name such as containerd
 * @param version such as v2.2.9; anything may stand there
 * @param nriVersion empty before NRI 0.12
 */
record RuntimeFacts(String name, String version, String nriVersion) {
    private static final String CONTAINERD = "containerd";
    private static final String CRIO = "cri-o";
    private static final int LONGEST = 60;
    private static final Pattern NUMBERS = Pattern.compile("v?([0-9]{1,4})\\.([0-9]{1,4})(?:\\.([0-9]{1,4}))?.*");

    static RuntimeFacts of(ConfigureRequest request) {
        return new RuntimeFacts(
                shortened(request.getRuntimeName()),
                shortened(request.getRuntimeVersion()),
                shortened(request.getNriVersion()));
    }

    private static String shortened(String text) {
        return Printable.of(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    }

    /** Why containers cannot have grants from it; empty if they can, or if nobody knows. */
    Optional<String> shortcoming() {
        if (isOlderThan(CONTAINERD, 2, 2, 0)) {
            return Optional.of(this + " ignores what plugins say about seccomp: containerd 2.2 or newer is needed");
        }
        if (isOlderThan(CRIO, 1, 34, 0)) {
            return Optional.of(this + " ignores what plugins say about seccomp: CRI-O 1.34 or newer is needed");
        }
        return Optional.empty();
    }

    /** Whether a container without a policy in its request really has none. */
    boolean tellsPolicy() {
        return name.equals(CONTAINERD) && !isOlderThan(CONTAINERD, 2, 3, 0);
    }

    /**
     * What the runtime makes of a profile in an answer. Before NRI 0.12 it crashes when a rule has an error number, and
     * no version takes that of the default action.
     */
    Understood understood(boolean waitKillable) {
        return new Understood(waitKillable, !nriVersion.isEmpty(), false);
    }

    RuntimeDefault defaultProfile() {
        return name.equals(CRIO) ? RuntimeDefault.CONTAINERS : RuntimeDefault.CONTAINERD;
    }

    private boolean isOlderThan(String whose, int... wanted) {
        Matcher numbers = NUMBERS.matcher(version);
        if (!name.equals(whose) || !numbers.matches()) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            String group = numbers.group(i + 1);
            int has = group == null ? 0 : Integer.parseInt(group);
            if (has != wanted[i]) {
                return has < wanted[i];
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return (name + " " + version).strip();
    }
}
