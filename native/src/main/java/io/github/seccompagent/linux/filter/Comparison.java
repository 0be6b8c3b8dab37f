package io.github.seccompagent.linux.filter;

import java.util.Locale;

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
        NE,
        LT,
        LE,
        EQ,
        GE,
        GT,
        MASKED_EQ;

        private static final String PREFIX = "SCMP_CMP_";

        int number() {
            return ordinal() + 1;
        }

        /**
         * The operator with a name.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Operator of(String name) {
            if (!name.startsWith(PREFIX)) {
                throw new IllegalArgumentException(name);
            }
            return valueOf(name.substring(PREFIX.length()));
        }

        @Override
        public String toString() {
            return PREFIX + name().toUpperCase(Locale.ROOT);
        }
    }
}
