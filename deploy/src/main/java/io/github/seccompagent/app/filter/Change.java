package io.github.seccompagent.app.filter;

import java.util.List;

/**
 * What two threads' filters do with the same call.
 *
 * @param cases by the call's arguments; none if nothing can be said about single arguments
 */
public record Change(List<Case<Pair>> cases, Verdict here, Verdict there) {

    /** What happens to a call with the same arguments. */
    public record Pair(Action here, Action there) {
        boolean isSame() {
            return here.equals(there) && here.action() != Action.Kind.UNKNOWN;
        }

        @Override
        public String toString() {
            return isSame() ? "the same" : here + " -> " + there;
        }
    }

    /** What differs, in words. */
    @Override
    public String toString() {
        return cases.isEmpty() ? here + " -> " + there : Verdict.inWords(cases);
    }
}
