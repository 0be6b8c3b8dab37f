package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.policy.Problem.Part;
import io.github.seccompagent.resolver.policy.Problem.Place;
import io.github.seccompagent.resolver.policy.Problem.Severity;
import java.util.List;

/** Collects the problems of one part of a policy. */
record Problems(List<Problem> all, Part part, String grant, int index) {
    void error(String field, String value, String what, String why, String fix) {
        add(Severity.ERROR, field, value, what, why, fix);
    }

    void warning(String field, String value, String what, String why, String fix) {
        add(Severity.WARNING, field, value, what, why, fix);
    }

    private void add(Severity severity, String field, String value, String what, String why, String fix) {
        all.add(new Problem(severity, new Place(part, grant, index, field, value), what, why, fix));
    }
}
