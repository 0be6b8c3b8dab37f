package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.TargetString;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines of rules that log. */
final class RuleLog {
    private static final Logger LOG = LoggerFactory.getLogger(RuleLog.class);
    private static final LogLimit LINES = new LogLimit(LOG::info);
    private static final int LONGEST_NAME = 100;

    private final String owner;

    /** @param owner whose container it is, such as "pod a/b"; empty if that is unknown */
    RuleLog(String owner) {
        this.owner = owner;
    }

    /** @param paths an empty one cannot be told */
    void matched(Rule rule, NotifiedCall call, List<TargetString> paths) {
        LINES.log(
                call.account(),
                () -> call.syscall() + " of thread " + call.threadId() + ", container "
                        + call.container().id() + (owner.isEmpty() ? "" : " of " + owner) + ", paths " + paths
                        + ": rule '" + shortened(rule.name()) + "' of the policy logs it");
    }

    static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
    }
}
