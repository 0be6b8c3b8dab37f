package io.github.seccompagent.linux.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A comparison of an argument in a rule, struct scmp_arg_cmp of seccomp.h.
 *
 * @param argument its index, 0 to 5
 * @param value what it is compared with; the mask if the operator has one
 * @param masked what the masked argument is compared with, if the operator has a mask
 */
public record Comparison(int argument, Operator operator, long value, long masked) {

    /** The operators, in the order of libseccomp's numbers, which begin with 1. */
    public enum Operator {
        NE("!="),
        LT("<"),
        LE("<="),
        EQ("=="),
        GE(">="),
        GT(">"),
        MASKED_EQ("&");

        private static final String PREFIX = "SCMP_CMP_";

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        int number() {
            return ordinal() + 1;
        }

        /** As C writes it. */
        public String sign() {
            return sign;
        }

        /** The operator with a name; empty if there is none. */
        public static Optional<Operator> of(String name) {
            return Arrays.stream(values())
                    .filter(each -> name.equals(each.toString()))
                    .findFirst();
        }

        /** The names of all. */
        public static List<String> names() {
            return Arrays.stream(values()).map(Operator::toString).toList();
        }

        /** The name in profiles. */
        @Override
        public String toString() {
            return PREFIX + name();
        }
    }
}
