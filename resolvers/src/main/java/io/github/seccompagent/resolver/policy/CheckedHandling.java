package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.PathCheck;
import io.github.seccompagent.api.ResolvedPath;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.resolver.policy.Rule.Action;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Handles one call whose rules depend on where its paths lead. The call is made on behalf, and the rules are asked when
 * that is known, before it takes effect. For one call, by its handling thread.
 */
final class CheckedHandling implements PathCheck {
    private final GrantedCalls grants;
    private final JoinedRules rules;
    private final CallFacts facts;
    private final int end;
    private final Set<Integer> done = new HashSet<>(); // rules that have logged or delayed the call
    private final NotifiedCall call;

    private boolean byGrant; // whether the call is being made as metadata gives it
    private @Nullable ErrnoException refusal;
    private @Nullable SyscallHandler instead; // answers in place of the call, which was not made
    private @Nullable Duration delay; // the call was not made, and is tried again later

    /** @param end the first rule without paths that decides */
    CheckedHandling(GrantedCalls grants, JoinedRules rules, CallFacts facts, int end, NotifiedCall call) {
        this.grants = grants;
        this.rules = rules;
        this.facts = facts;
        this.end = end;
        this.call = call;
    }

    /** Each round delays the call by another rule, or is the last. */
    Response handle() throws Exception {
        while (true) {
            Response response = attempt();
            if (delay != null) {
                call.delay(delay);
                continue;
            }
            if (instead != null) {
                return instead.handle(call);
            }
            if (refusal != null) {
                throw refusal;
            }
            return response;
        }
    }

    private Response attempt() throws Exception {
        NotifiedCall checked = new CheckedCall(call, this);
        forget();
        SyscallHandler granted = grants.granted(call);
        try {
            if (granted != null) {
                byGrant = true;
                Response response = granted.handle(checked);
                if (!(response instanceof Response.Continue)) {
                    return response;
                }
                forget();
            }
            byGrant = false;
            return GrantedCalls.asCaller(checked);
        } catch (ErrnoException e) {
            if (delay == null && instead == null && refusal == null) {
                throw e; // with its own reason
            }
            return Response.failure(e.errno());
        }
    }

    private void forget() {
        refusal = null;
        instead = null;
        delay = null;
    }

    @Override
    public Optional<Errno> check(List<ResolvedPath> paths) {
        forget();
        List<TargetString> names = paths.isEmpty()
                ? List.of(TargetString.of(""))
                : paths.stream().map(ResolvedPath::path).toList();
        for (int rule : rules.matching(facts, names, end)) {
            Rule matched = rules.at(rule).rule();
            if (CallRules.decides(matched)) {
                return decide(matched);
            }
            if (done.add(rule)) {
                if (matched.action() instanceof Action.Delay wait) {
                    delay = wait.time();
                    return Optional.of(Errno.EAGAIN);
                }
                grants.log().matched(matched, call, names);
            }
        }
        return end == CallRules.NO_RULE ? withoutRule() : decide(rules.at(end).rule());
    }

    private Optional<Errno> decide(Rule rule) {
        SyscallHandler punishment = GrantedCalls.punishment(rule.action());
        if (punishment != null) {
            return answer(punishment);
        }
        return rule.action() instanceof Action.Deny deny
                ? refuse(GrantedCalls.refused(rule, deny.errno()))
                : Optional.empty();
    }

    private Optional<Errno> withoutRule() {
        SyscallHandler defaultAction = grants.defaultAction();
        if (byGrant) {
            return Optional.empty();
        }
        if (defaultAction != null && grants.granted(call) == null) {
            return answer(defaultAction);
        }
        Errno byProfile = grants.refusalByProfile(call);
        return byProfile == null
                ? Optional.empty()
                : refuse(new ErrnoException(byProfile, "no grant is about it, and the container's profile refuses it"));
    }

    private Optional<Errno> answer(SyscallHandler handler) {
        instead = handler;
        return Optional.of(Errno.EPERM);
    }

    private Optional<Errno> refuse(ErrnoException why) {
        refusal = why;
        return Optional.of(why.errno());
    }
}
