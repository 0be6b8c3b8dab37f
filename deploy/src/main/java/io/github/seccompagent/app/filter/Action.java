package io.github.seccompagent.app.filter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.util.Comparator;
import java.util.Locale;

/**
 * What happens to a call, seccomp(2).
 *
 * @param action its kind
 * @param errno the name of the errno, or its number if it has no name; empty for other kinds
 * @param data what a tracer is given; 0 for other kinds
 */
@JsonPropertyOrder({"action", "errno", "data"})
public record Action(
        Kind action,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String errno,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int data)
        implements Comparable<Action> {
    private static final int MOST_ERRNO = 4095;

    /** The kinds, the least restrictive first: all of {@link SeccompAction}, and one more. */
    public enum Kind {
        ALLOW,
        LOG,
        TRACE,
        NOTIFY,
        ERRNO,
        TRAP,
        KILL_THREAD,
        KILL_PROCESS,
        /** The filter computes it from the arguments, or has too many ways to follow them. */
        UNKNOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Something of which no more can be said. */
    static final Action UNKNOWN = new Action(Kind.UNKNOWN, "", 0);

    /** What the kernel does when a filter returns a value. */
    static Action of(int returned) {
        SeccompAction action = SeccompAction.returned(returned);
        int data = SeccompAction.data(returned);
        return new Action(
                Kind.valueOf(action.name()),
                action == SeccompAction.ERRNO ? nameOf(Math.min(data, MOST_ERRNO)) : "",
                action == SeccompAction.TRACE ? data : 0);
    }

    private static String nameOf(int errno) {
        try {
            return Errno.of(errno).toString();
        } catch (IllegalArgumentException unnamed) {
            return Integer.toString(errno);
        }
    }

    /** The least restrictive first. */
    @Override
    public int compareTo(Action other) {
        return Comparator.comparing(Action::action)
                .thenComparing(Action::errno)
                .thenComparingInt(Action::data)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return switch (action) {
            case ERRNO -> errno.equals("0") ? "return 0" : "errno " + errno;
            case TRACE -> "trace " + data;
            default -> action.toString().replace('-', ' ');
        };
    }
}
