package io.github.seccompagent.app.make;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.profile.WrittenProfile;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.Policy;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A profile for containers that have grants, and what people should know about it.
 *
 * @param profile in the form of the runtime specification
 * @param devices what containers need beside the profile, which a profile cannot give
 * @param restricted notified calls that the base allows with some arguments only
 * @param notes the same in words, each one line
 */
public record MadeProfile(WrittenProfile profile, List<String> devices, Set<String> restricted, List<String> notes) {

    /** The profile that the containers would have otherwise. */
    public record Base(BaseProfile profile) {
        private static final String UNCONFINED = "unconfined";

        /**
         * The base with a name.
         *
         * @param name of a runtime, unconfined, or a file
         * @param capabilities the names of those in the bounding set, separated by commas; empty for the usual ones
         * @throws UsageException if the file cannot be used, or there is no such capability
         */
        public static Base named(String name, String capabilities) {
            OptionalLong bits = bits(capabilities);
            if (name.equals(UNCONFINED)) {
                return new Base(BaseProfile.unconfined());
            }
            Optional<RuntimeDefault> known = RuntimeDefault.of(name);
            if (known.isPresent()) {
                return new Base(
                        bits.isPresent()
                                ? known.get().profile(bits.getAsLong())
                                : known.get().profile());
            }
            ReadProfile read = ReadProfile.of(path(name));
            return new Base(
                    bits.isPresent() ? BaseProfile.of(name, read, bits.getAsLong()) : BaseProfile.of(name, read));
        }

        private static Path path(String name) {
            try {
                return Path.of(name);
            } catch (InvalidPathException e) {
                throw new UsageException("'" + e.getInput() + "' is no path in this locale: set LC_ALL=C.UTF-8");
            }
        }

        private static OptionalLong bits(String capabilities) {
            if (capabilities.isEmpty()) {
                return OptionalLong.empty();
            }
            long bits = 0;
            for (String name : capabilities.split(",", -1)) {
                try {
                    bits |= Capability.valueOf(name.strip()).bit();
                } catch (IllegalArgumentException e) {
                    throw new UsageException("'" + name + "' is no capability: write CAP_CHOWN or so");
                }
            }
            return OptionalLong.of(bits);
        }
    }

    /**
     * Makes it.
     *
     * @param names of the grants
     * @param socket the agent's
     * @throws UsageException if the policy has no such grant, or there would be nothing to notify
     */
    public static MadeProfile of(Policy policy, Set<String> names, Base base, String socket, Understood understood) {
        List<Grant> grants = new ArrayList<>();
        for (String name : names) {
            Grant grant = policy.grants().get(name);
            if (grant == null) {
                throw new UsageException("the policy has no grant '" + name + "': it has "
                        + String.join(", ", policy.grants().keySet()));
            }
            grants.add(grant);
        }
        if (grants.isEmpty()) {
            throw new UsageException("no grant is named: name one or more");
        }
        ProfileMaker maker = new ProfileMaker(base.profile(), grants, socket, understood);
        List<String> devices = grants.stream()
                .flatMap(grant -> grant.devices().stream())
                .distinct()
                .toList();
        return new MadeProfile(maker.profile(maker.metadata()), devices, maker.restricted(), notes(devices, maker));
    }

    private static List<String> notes(List<String> devices, ProfileMaker maker) {
        Set<String> restricted = maker.restricted();
        List<String> notes = new ArrayList<>();
        if (!devices.isEmpty()) {
            notes.add("a profile cannot give devices: give the container " + String.join(", ", devices)
                    + ", as with podman's --device");
        }
        if (!restricted.isEmpty()) {
            notes.add("the base allows some arguments of these calls, and the agent none unless the grants do: "
                    + String.join(", ", restricted));
        }
        if (maker.allowsUnknownCalls()) {
            notes.add("the base allows what it does not name: if the runtime's libseccomp does not know a call, such as"
                    + " setxattrat, it is not notified, and goes round the rules");
        }
        return notes;
    }
}
