package io.github.seccompagent.app.filter;

import io.github.seccompagent.app.filter.Value.Known;
import io.github.seccompagent.app.filter.Value.Word;
import java.util.Optional;

/**
 * The comparison of a conditional jump.
 *
 * @param values those with which it holds
 */
record Jump(Word word, Ranges values) {
    private static final int EQUAL = 0x10;
    private static final int GREATER = 0x20;
    private static final int GREATER_OR_EQUAL = 0x30;
    private static final int COMMON_BITS = 0x40;

    static boolean holds(int operation, int a, int b) {
        return switch (operation) {
            case EQUAL -> a == b;
            case GREATER -> Integer.compareUnsigned(a, b) > 0;
            case GREATER_OR_EQUAL -> Integer.compareUnsigned(a, b) >= 0;
            case COMMON_BITS -> (a & b) != 0;
            default -> throw new IllegalArgumentException("jump " + operation); // the kernel takes no other
        };
    }

    /** Empty if it is not between a word and a number. */
    static Optional<Jump> of(int operation, Value a, Value operand) {
        if (a instanceof Word word && operand instanceof Known known) {
            long number = Integer.toUnsignedLong(known.number());
            return Optional.of(
                    switch (operation) {
                        case EQUAL -> new Jump(word, Ranges.one(Ranges.WORD, number));
                        case GREATER ->
                            new Jump(word, Ranges.of(Ranges.WORD, 0, number).not());
                        case GREATER_OR_EQUAL -> new Jump(word, Ranges.of(Ranges.WORD, number, Ranges.WORD));
                        default ->
                            new Jump(
                                    new Word(word.index(), word.mask() & known.number()),
                                    Ranges.one(Ranges.WORD, 0).not());
                    });
        }
        if (a instanceof Known known && operand instanceof Word && isSymmetric(operation)) {
            return of(operation, operand, known);
        }
        return Optional.empty();
    }

    private static boolean isSymmetric(int operation) {
        return operation == EQUAL || operation == COMMON_BITS;
    }
}
