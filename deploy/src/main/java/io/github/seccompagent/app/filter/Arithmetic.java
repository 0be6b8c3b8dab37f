package io.github.seccompagent.app.filter;

import io.github.seccompagent.app.filter.Value.Any;
import io.github.seccompagent.app.filter.Value.Known;
import io.github.seccompagent.app.filter.Value.Word;

/** What the arithmetic instructions of filters do, bpf_common.h. */
final class Arithmetic {
    private static final int ADD = 0x00;
    private static final int SUBTRACT = 0x10;
    private static final int MULTIPLY = 0x20;
    static final int DIVIDE = 0x30;
    private static final int OR = 0x40;
    private static final int AND = 0x50;
    private static final int SHIFT_LEFT = 0x60;
    private static final int SHIFT_RIGHT = 0x70;
    private static final int NEGATE = 0x80;
    static final int REMAINDER = 0x90;
    private static final int XOR = 0xa0;

    private Arithmetic() {}

    /** The result; a divisor is not zero. */
    static Value of(int operation, Value a, Value operand) {
        if (operation == NEGATE) {
            return a instanceof Known known ? new Known(-known.number()) : Any.ANY;
        }
        if (a instanceof Known one && operand instanceof Known two) {
            return new Known(of(operation, one.number(), two.number()));
        }
        if (operation == AND) {
            return masked(a, operand);
        }
        return Any.ANY;
    }

    private static Value masked(Value a, Value operand) {
        if (a instanceof Known) {
            return operand instanceof Known ? Any.ANY : masked(operand, a);
        }
        if (operand instanceof Known known && known.number() == 0) {
            return Value.ZERO;
        }
        return a instanceof Word word && operand instanceof Known mask
                ? new Word(word.index(), word.mask() & mask.number())
                : Any.ANY;
    }

    private static int of(int operation, int a, int b) {
        return switch (operation) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> Integer.divideUnsigned(a, b);
            case OR -> a | b;
            case AND -> a & b;
            case SHIFT_LEFT -> a << b;
            case SHIFT_RIGHT -> a >>> b;
            case REMAINDER -> Integer.remainderUnsigned(a, b);
            case XOR -> a ^ b;
            default -> throw new IllegalArgumentException("operation " + operation); // the kernel takes no other
        };
    }
}
