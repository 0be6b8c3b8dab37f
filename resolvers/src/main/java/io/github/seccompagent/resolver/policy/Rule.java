package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Errno;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What happens with some calls.
 *
 * @param name tells it from others in logs and explanations: its own, or the grant's and its number
 * @param calls names of calls or of families
 * @param when all of its conditions must hold
 * @param action what happens
 */
public record Rule(String name, Set<String> calls, When when, Action action) {
    public Rule {
        calls = Set.copyOf(calls);
    }

    /**
     * Conditions on a call.
     *
     * @param paths globs. One of the call's paths must match one of them, as it leads in the container: after all links
     * @param types file system types of a mount
     * @param allFlags these must be set
     * @param noFlags none of these may be set
     * @param devices numbers of devices that mknod makes, as mknod(2) takes them
     * @param uid the caller's effective uid, in the agent's user namespace
     * @param has capabilities that the caller has in its own user namespace
     * @param lacks capabilities that it does not have there
     */
    public record When(
            Set<String> paths,
            Set<String> types,
            long allFlags,
            long noFlags,
            Set<Integer> devices,
            OptionalLong uid,
            Set<Capability> has,
            Set<Capability> lacks) {
        /** Every call. */
        public static final When ALWAYS =
                new When(Set.of(), Set.of(), 0, 0, Set.of(), OptionalLong.empty(), Set.of(), Set.of());

        public When {
            paths = Set.copyOf(paths);
            types = Set.copyOf(types);
            devices = Set.copyOf(devices);
            has = Set.copyOf(has);
            lacks = Set.copyOf(lacks);
        }

        /** Whether it looks at memory, which the caller can change while the kernel reads it. */
        public boolean readsMemory() {
            return !paths.isEmpty() || !types.isEmpty();
        }
    }

    /** What a rule does. */
    public sealed interface Action {
        /** The call is made on behalf of its caller: as the grant does it, or else with the caller's own privileges. */
        record Allow() implements Action {}

        /** The call fails. */
        record Deny(Errno errno) implements Action {}

        /** The kernel executes the call. */
        record Continue() implements Action {}

        /** The call waits, and then the next rule that matches decides. */
        record Delay(Duration time) implements Action {}

        /** A log line tells of the call, and then the next rule that matches decides. */
        record Log() implements Action {}

        /** The container is killed. The call fails with EPERM. */
        record Kill() implements Action {}

        /** The container is frozen. The call fails with EPERM. */
        record Freeze() implements Action {}
    }
}
