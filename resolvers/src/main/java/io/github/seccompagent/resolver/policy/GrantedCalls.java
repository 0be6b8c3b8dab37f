package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.resolver.Handlers;
import io.github.seccompagent.resolver.policy.Rule.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Handles the calls of a container that has some grants: the rules first, then what the grants' metadata gives, then
 * what the container's own profile did with the call, and then the kernel.
 */
final class GrantedCalls implements SyscallHandler {
    private static final SyscallHandler KILL = Handlers.killContainer();
    private static final SyscallHandler FREEZE = Handlers.freezeContainer();

    private final RuleSet rules;
    private final HandlerRegistry given;
    private final SyscallHandler otherwise;
    private final @Nullable SyscallHandler defaultAction;
    private final BaseAnswers base;
    private final RuleLog log;

    /**
     * Creates the handler.
     *
     * @param given what the metadata gives
     * @param hasDefault whether the metadata has an action for calls without a handler
     */
    GrantedCalls(RuleSet rules, HandlerRegistry given, boolean hasDefault, BaseAnswers base, RuleLog log) {
        this.rules = rules;
        this.given = given;
        this.otherwise = given.handlerOf("", "");
        this.defaultAction = hasDefault ? otherwise : null;
        this.base = base;
        this.log = log;
    }

    @Override
    public Response handle(NotifiedCall call) throws Exception {
        String name = SameCalls.nameOf(call);
        JoinedRules its = rules.of(name, name.equals(call.syscall()) ? call.family() : name);
        if (its.isEmpty()) {
            return withoutRule(call, false);
        }
        CallFacts facts = new NotifiedFacts(call);
        int end = its.firstWithoutPaths(facts);
        boolean dependsOnPaths = its.dependsOnPaths(facts, end);
        if (dependsOnPaths && its.resolvesPaths()) {
            return new CheckedHandling(this, its, facts, end, call).handle();
        }
        List<TargetString> paths = dependsOnPaths ? asWritten(call) : List.of();
        for (int rule : its.matching(facts, paths, end)) {
            Rule matched = its.at(rule).rule();
            if (matched.action() instanceof Action.Delay delay) {
                call.delay(delay.time());
            } else {
                log.matched(matched, call, paths);
            }
        }
        boolean memory = its.restsOnMemory(facts, end);
        return end == CallRules.NO_RULE
                ? withoutRule(call, memory)
                : decide(its.at(end).rule(), call, memory);
    }

    /** For calls that cannot be made on behalf: such rules log or delay, and decide nothing. */
    private static List<TargetString> asWritten(NotifiedCall call) {
        try {
            return List.of(call.path(0).name());
        } catch (ErrnoException unreadable) {
            return List.of(); // the kernel will refuse the call
        }
    }

    private Response decide(Rule rule, NotifiedCall call, boolean memory) throws Exception {
        Action action = rule.action();
        SyscallHandler punishment = punishment(action);
        if (punishment != null) {
            return punishment.handle(call);
        }
        if (action instanceof Action.Deny deny) {
            throw refused(rule, deny.errno());
        }
        if (action instanceof Action.Continue) {
            return memory ? asCaller(call) : Response.proceed();
        }
        SyscallHandler granted = granted(call);
        Response response = granted == null ? Response.proceed() : granted.handle(call);
        return response instanceof Response.Continue ? asCaller(call) : response;
    }

    /** @param memory whether the absence of a rule rests on memory that the caller can change */
    private Response withoutRule(NotifiedCall call, boolean memory) throws Exception {
        SyscallHandler granted = granted(call);
        SyscallHandler handler = granted != null ? granted : defaultAction;
        Response response = handler == null ? Response.proceed() : handler.handle(call);
        if (!(response instanceof Response.Continue)) {
            return response;
        }
        Errno refusal = refusalByProfile(call);
        if (refusal != null) {
            throw new ErrnoException(refusal, "no grant is about it, and the container's profile refuses it");
        }
        return memory ? asCaller(call) : response;
    }

    /** The handler that metadata gives for just this call; null if there is none. */
    @Nullable SyscallHandler granted(NotifiedCall call) {
        SyscallHandler handler = given.handlerOf(call.syscall(), call.family());
        return handler == otherwise ? null : handler;
    }

    @Nullable SyscallHandler defaultAction() {
        return defaultAction;
    }

    @Nullable Errno refusalByProfile(NotifiedCall call) {
        Errno refusal = base.refusalOf(call.syscall());
        return refusal == null && rules.hides(call.syscall()) ? Errno.ENOSYS : refusal;
    }

    static @Nullable SyscallHandler punishment(Action action) {
        return action instanceof Action.Kill ? KILL : action instanceof Action.Freeze ? FREEZE : null;
    }

    static ErrnoException refused(Rule rule, Errno errno) {
        return new ErrnoException(errno, "rule '" + RuleLog.shortened(rule.name()) + "' of the policy");
    }

    static Response asCaller(NotifiedCall call) throws Exception {
        return Handlers.asCaller(call.family())
                .orElseThrow(() -> new ErrnoException(Errno.EPERM, "this call cannot be made on behalf"))
                .handle(call);
    }

    RuleLog log() {
        return log;
    }
}
