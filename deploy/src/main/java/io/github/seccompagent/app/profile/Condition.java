package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.linux.filter.Comparison.Operator;
import java.util.Optional;

/**
 * A condition on an argument of a call.
 *
 * @param index the argument, from 0 to 5 if the condition is valid
 * @param value what it is compared with, or the mask; unsigned
 * @param valueTwo what the masked argument is compared with; unsigned
 */
record Condition(Place place, long index, long value, long valueTwo, Located operator) {
    static final int ARGUMENTS = 6;

    Optional<Operator> comparison() {
        return Operator.of(operator.text());
    }

    boolean isValid() {
        return index >= 0 && index < ARGUMENTS && comparison().isPresent();
    }

    /** Whether no argument fulfils it. */
    boolean isImpossible() {
        Operator comparison = comparison().orElse(null);
        return (comparison == Operator.LT && value == 0) || (comparison == Operator.GT && value == -1);
    }

    /** The condition without its place: two are the same if this is. */
    String key() {
        Operator comparison = comparison().orElse(Operator.EQ);
        String argument = "arg" + index + " ";
        if (comparison == Operator.MASKED_EQ) {
            return argument + "& " + hex(value) + " == " + hex(valueTwo & value);
        }
        return argument + comparison.sign() + " " + Long.toUnsignedString(value);
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
