package io.github.seccompagent.app.nri;

import io.github.seccompagent.app.make.ProfileMaker;
import io.github.seccompagent.app.nri.wire.Container;
import io.github.seccompagent.app.nri.wire.ContainerAdjustment;
import io.github.seccompagent.app.nri.wire.LinuxContainerAdjustment;
import io.github.seccompagent.app.nri.wire.PodSandbox;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.policy.CompiledPolicy;
import io.github.seccompagent.resolver.policy.Decision;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.Identity;
import io.github.seccompagent.resolver.policy.Seal;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Decides what a container that is being created gets: a profile that notifies, and devices. */
public final class Adjuster {
    /** What kubectl keeps there is as large as the pod, and says nothing about it. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private static final int LARGEST = 8 << 10; // each character can become nine

    private final Supplier<CompiledPolicy> policy;
    private final Seal seal;
    private final String socket;
    private final boolean waitKillable;
    private final Bases bases = new Bases();

    /**
     * Creates one.
     *
     * @param policy the present policy
     * @param seal of this node
     * @param socket the agent's, an absolute path as the runtime sees it
     * @param waitKillable whether the OCI runtimes of this node know SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
     */
    public Adjuster(Supplier<CompiledPolicy> policy, Seal seal, String socket, boolean waitKillable) {
        this.policy = policy;
        this.seal = seal;
        this.socket = socket;
        this.waitKillable = waitKillable;
    }

    /**
     * What the container gets; empty if it stays as it is.
     *
     * @throws RefusedException if it asks for what it may not have, or for what nobody can give it
     */
    Optional<ContainerAdjustment> adjust(RuntimeFacts runtime, PodSandbox pod, Container container)
            throws RefusedException {
        Set<String> asked = Asked.names(pod, container.getName());
        Identity who = identity(pod, container);
        CompiledPolicy present = policy.get();
        Decision decision = present.decide(who, asked);
        Optional<String> refusal = decision.refusal();
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get());
        }
        if (decision.grants().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> shortcoming = runtime.shortcoming();
        if (shortcoming.isPresent()) {
            if (asked.isEmpty()) {
                return Optional.empty(); // what it has by default cannot keep it from running
            }
            throw new RefusedException(shortcoming.get());
        }
        Identity sealed = isLarge(who) ? who.withOnlyAnnotations(present.annotationNames()) : who;
        return Optional.of(adjustment(runtime, pod, container, sealed, decision.grants()));
    }

    static Identity identity(PodSandbox pod, Container container) {
        Map<String, String> annotations = new HashMap<>(pod.getAnnotationsMap());
        annotations.remove(LAST_APPLIED);
        annotations.putAll(container.getAnnotationsMap());
        return Identity.of(new PodIdentity(pod.getNamespace(), pod.getName(), container.getName(), pod.getUid()))
                .withLabels(pod.getLabelsMap())
                .withAnnotations(annotations);
    }

    /** A pod can have 256 KiB of annotations, which no profile has room for. The policy looks at few of them. */
    private static boolean isLarge(Identity who) {
        return who.annotations().entrySet().stream()
                        .mapToInt(
                                each -> each.getKey().length() + each.getValue().length())
                        .sum()
                > LARGEST;
    }

    ContainerAdjustment adjustment(
            RuntimeFacts runtime, PodSandbox pod, Container container, Identity who, List<Grant> grants)
            throws RefusedException {
        LinuxContainerAdjustment.Builder linux = LinuxContainerAdjustment.newBuilder();
        try {
            ProfileMaker maker = new ProfileMaker(
                    bases.of(container.getLinux(), runtime), grants, socket, runtime.understood(waitKillable));
            String metadata = seal.seal(maker.metadata(), container.getId(), who, pod.getUid());
            linux.setSeccompPolicy(SeccompMessages.write(maker.profile(metadata)));
        } catch (UsageException | IllegalArgumentException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
        Set<String> devices = new LinkedHashSet<>();
        grants.forEach(grant -> devices.addAll(grant.devices()));
        for (String device : devices) {
            linux.addDevices(NodeDevices.of(device));
        }
        return ContainerAdjustment.newBuilder().setLinux(linux).build();
    }
}
