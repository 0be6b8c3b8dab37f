package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding.Place;
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

    Optional<Comparison> comparison() {
        return Comparison.of(operator.text());
    }

    boolean isValid() {
        return index >= 0 && index < ARGUMENTS && comparison().isPresent();
    }

    /** Whether no argument fulfils it. */
    boolean isImpossible() {
        Comparison comparison = comparison().orElse(null);
        return (comparison == Comparison.LT && value == 0) || (comparison == Comparison.GT && value == -1);
    }

    /** The condition without its place: two are the same if this is. */
    String key() {
        Comparison comparison = comparison().orElse(Comparison.EQ);
        String argument = "arg" + index + " ";
        if (comparison == Comparison.MASKED_EQ) {
            return argument + "& " + hex(value) + " == " + hex(valueTwo & value);
        }
        return argument + comparison.sign() + " " + Long.toUnsignedString(value);
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
