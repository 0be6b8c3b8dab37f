package io.github.seccompagent.app.filter;

import io.github.seccompagent.linux.filter.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes filters that the kernel would accept. Few numbers come up again and again, so that comparisons meet. */
final class RandomFilter {
    static final int[] NUMBERS = {0, 1, 2, 8, 0xff, 0x20000, 0x7e020000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff
    };
    private static final int[] RETURNED = {
        0x7fff0000,
        0x7fff0007,
        0x00050001,
        0x00050026,
        0x00050000,
        0x0005ffff,
        0x7fc00000,
        0x7ff00003,
        0x7ffc0000,
        0x00030000,
        0,
        0x80000000
    };
    private static final int[] USUAL = {0x20, 0x20, 0x20, 0x54, 0x15, 0x15, 0x15, 0x25, 0x35, 0x45, 0x05, 0x06};
    private static final int[] STRANGE = {
        0x00, 0x60, 0x80, 0x01, 0x61, 0x81, 0x02, 0x03, 0x07, 0x87, 0x16, 0x1d, 0x2d, 0x3d, 0x4d, 0x04, 0x0c, 0x14,
        0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x5c, 0x64, 0x74, 0x84, 0xa4, 0xac
    };

    private final Random random;

    RandomFilter(Random random) {
        this.random = random;
    }

    int number() {
        return random.nextInt(20) == 0 ? random.nextInt() : one(NUMBERS);
    }

    int one(int[] of) {
        return of[random.nextInt(of.length)];
    }

    List<Instruction> filter() {
        List<Instruction> filter = new ArrayList<>();
        int length = 2 + random.nextInt(30);
        boolean isStrange = random.nextInt(3) == 0;
        for (int left = length - 1; left > 0; left--) {
            filter.add(instruction(isStrange && random.nextInt(4) == 0 ? one(STRANGE) : one(USUAL), left));
        }
        filter.add(new Instruction(0x06, 0, 0, one(RETURNED)));
        return filter;
    }

    private Instruction instruction(int code, int left) {
        int ifTrue = (code & 7) == 5 ? random.nextInt(Math.min(left, 12)) : 0;
        int ifFalse = (code & 7) == 5 ? random.nextInt(Math.min(left, 12)) : 0;
        int operand = switch (code) {
            case 0x20 -> 4 * random.nextInt(8); // number, architecture, instruction pointer, two arguments
            case 0x60, 0x61, 0x02, 0x03 -> random.nextInt(3);
            case 0x64, 0x74 -> random.nextInt(32);
            case 0x34 -> 1 + random.nextInt(9);
            case 0x05 -> random.nextInt(Math.min(left, 12));
            case 0x06 -> one(RETURNED);
            default -> number();
        };
        return new Instruction(code, ifTrue, ifFalse, operand);
    }
}
