package io.github.seccompagent.app.make;

import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.profile.ReadProfile.Outcome;
import io.github.seccompagent.app.profile.ReadProfile.Rule;
import io.github.seccompagent.linux.fd.Architecture;
import java.util.List;
import java.util.Optional;

/**
 * The profile that a container would have without the agent.
 *
 * @param name tells people which one it is
 * @param otherwise what happens with a call that no rule is for
 * @param architectures as profiles name them; that of this machine need not be among them
 * @param flags empty if none are named: then runtimes have a default
 * @param listenerPath the socket that it notifies; empty if it names none
 * @param listenerMetadata what goes there
 * @param rules those that count on this machine for that container
 */
public record BaseProfile(
        String name,
        Outcome otherwise,
        List<String> architectures,
        Optional<List<String>> flags,
        String listenerPath,
        String listenerMetadata,
        List<Rule> rules) {
    private static final int ALLOW = 0x7fff0000;

    public BaseProfile {
        architectures = List.copyOf(architectures);
        flags = flags.map(List::copyOf);
        rules = List.copyOf(rules);
    }

    /** No profile at all: every call is allowed, on every architecture. */
    public static BaseProfile unconfined() {
        List<String> all = Architecture.ofThisMachine() == Architecture.AARCH64
                ? List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM")
                : List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
        return new BaseProfile(
                "unconfined", new Outcome("SCMP_ACT_ALLOW", 1, ALLOW), all, Optional.empty(), "", "", List.of());
    }

    /** A profile that was read, for a container with the capabilities that it has by default. */
    public static BaseProfile of(String name, ReadProfile profile) {
        return of(name, profile, profile.rules());
    }

    /**
     * A profile that was read.
     *
     * @param capabilities the container's bounding set, which rules of Docker's form can ask for
     */
    public static BaseProfile of(String name, ReadProfile profile, long capabilities) {
        return of(name, profile, profile.rules(capabilities));
    }

    private static BaseProfile of(String name, ReadProfile profile, List<Rule> rules) {
        return new BaseProfile(
                name,
                profile.otherwise(),
                profile.architectures(),
                profile.flags(),
                profile.listenerPath(),
                profile.listenerMetadata(),
                rules);
    }
}
