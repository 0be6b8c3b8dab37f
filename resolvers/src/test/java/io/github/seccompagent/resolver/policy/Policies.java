package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.resolver.PodIdentity;
import io.github.seccompagent.resolver.policy.Access.Effect;
import io.github.seccompagent.resolver.policy.Rule.Action;
import io.github.seccompagent.resolver.policy.Rule.When;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Policies, and containers that they are for. */
final class Policies {
    static final Action ALLOW = new Action.Allow();
    static final Action DENY = new Action.Deny(Errno.EACCES);
    static final Action CONTINUE = new Action.Continue();
    static final Who ANYBODY = new Who(Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), Map.of(), Set.of());

    private static final Map<String, String> MEMBERS = Map.of(
            "mkdirat",
            "mkdir",
            "openat",
            "open",
            "openat2",
            "open",
            "renameat2",
            "rename",
            "clone3",
            "clone3",
            "socket",
            "socket",
            "shmget",
            "shmget");
    static final Checker CHECKER = new Checker(call -> Optional.ofNullable(MEMBERS.get(call)), List.of("prometheus"));

    private Policies() {}

    static When paths(String... globs) {
        return new When(Set.of(globs), Set.of(), 0, 0, Set.of(), OptionalLong.empty(), Set.of(), Set.of());
    }

    static When types(String... types) {
        return new When(Set.of(), Set.of(types), 0, 0, Set.of(), OptionalLong.empty(), Set.of(), Set.of());
    }

    static When flags(long all) {
        return new When(Set.of(), Set.of(), all, 0, Set.of(), OptionalLong.empty(), Set.of(), Set.of());
    }

    static When uid(long uid) {
        return new When(Set.of(), Set.of(), 0, 0, Set.of(), OptionalLong.of(uid), Set.of(), Set.of());
    }

    static Rule rule(String call, When when, Action action) {
        return new Rule("of " + call, Set.of(call), when, action);
    }

    static Grant rules(String name, Rule... rules) {
        return new Grant(name, List.of(), List.of(), false, List.of(rules));
    }

    static Grant metadata(String name, String... lines) {
        return new Grant(name, List.of(lines), List.of(), false, List.of());
    }

    static Access access(Effect effect, String grants, Who who) {
        return new Access(effect, Set.of(grants), who);
    }

    /** Everybody may ask for everything. */
    static Policy open(Grant... grants) {
        return policy(List.of(access(Effect.ALLOW, "*", ANYBODY)), grants);
    }

    static Policy policy(List<Access> access, Grant... grants) {
        Map<String, Grant> byName = new LinkedHashMap<>();
        for (Grant grant : grants) {
            byName.put(grant.name(), grant);
        }
        return new Policy(true, byName, new ArrayList<>(access));
    }

    static CompiledPolicy compiled(Policy policy) {
        return CompiledPolicy.of(policy, CHECKER);
    }

    static ContainerProcessState container(String metadata) {
        return container("c", metadata, Map.of());
    }

    static ContainerProcessState container(String id, String metadata, Map<String, String> annotations) {
        return new ContainerProcessState(
                "1.0.2", 99, metadata, new Container(id, "creating", 4711, "/bundle", annotations));
    }

    static PolicyResolver resolver(Policy policy) {
        CompiledPolicy compiled = compiled(policy);
        return new PolicyResolver(() -> compiled, container -> PodIdentity.UNKNOWN, Map.of(), Optional.empty());
    }

    /** The answer of a container that has all grants. */
    static Response answer(Policy policy, String otherMetadata, NotifiedCall call) throws Exception {
        String asked = "GRANTS=" + String.join(",", policy.grants().keySet());
        return answer(resolver(policy).resolve(container(asked + "\n" + otherMetadata)), call);
    }

    static Response answer(HandlerRegistry registry, NotifiedCall call) throws Exception {
        try {
            return registry.handlerOf(call.syscall(), call.family()).handle(call);
        } catch (ErrnoException e) {
            return Response.failure(e.errno()); // as the runtime does
        }
    }
}
