package io.github.seccompagent.app.filter;

import io.github.seccompagent.linux.filter.Instruction;
import java.util.List;

/** Executes filters as the kernel does, with all of struct seccomp_data. It shares no code with what is tested. */
final class ExecutedFilter {
    private ExecutedFilter() {}

    /** What filters return of which the kernel heeds one, seccomp(2). The newest is first. */
    static int run(List<List<Instruction>> filters, long[] data) {
        int result = 0x7fff0000;
        for (List<Instruction> filter : filters) {
            int returned = runOne(filter, data);
            if ((returned >> 16) < (result >> 16)) {
                result = returned;
            }
        }
        return result;
    }

    /** @param data number and architecture as one word of 64 bits, the instruction pointer, the arguments */
    private static int runOne(List<Instruction> filter, long[] data) {
        int a = 0;
        int x = 0;
        int[] memory = new int[16];
        int at = 0;
        while (true) {
            Instruction now = filter.get(at++);
            int k = now.operand();
            switch (now.code()) {
                case 0x00 -> a = k;
                case 0x20 -> a = (int) (data[k / 8] >>> (k % 8 * 8));
                case 0x60 -> a = memory[k];
                case 0x80 -> a = 64;
                case 0x01 -> x = k;
                case 0x61 -> x = memory[k];
                case 0x81 -> x = 64;
                case 0x02 -> memory[k] = a;
                case 0x03 -> memory[k] = x;
                case 0x07 -> x = a;
                case 0x87 -> a = x;
                case 0x06 -> {
                    return k;
                }
                case 0x16 -> {
                    return a;
                }
                case 0x05 -> at += k;
                case 0x15 -> at += a == k ? now.ifTrue() : now.ifFalse();
                case 0x1d -> at += a == x ? now.ifTrue() : now.ifFalse();
                case 0x25 -> at += unsigned(a) > unsigned(k) ? now.ifTrue() : now.ifFalse();
                case 0x2d -> at += unsigned(a) > unsigned(x) ? now.ifTrue() : now.ifFalse();
                case 0x35 -> at += unsigned(a) >= unsigned(k) ? now.ifTrue() : now.ifFalse();
                case 0x3d -> at += unsigned(a) >= unsigned(x) ? now.ifTrue() : now.ifFalse();
                case 0x45 -> at += (a & k) != 0 ? now.ifTrue() : now.ifFalse();
                case 0x4d -> at += (a & x) != 0 ? now.ifTrue() : now.ifFalse();
                case 0x04 -> a += k;
                case 0x0c -> a += x;
                case 0x14 -> a -= k;
                case 0x1c -> a -= x;
                case 0x24 -> a *= k;
                case 0x2c -> a *= x;
                case 0x34 -> a = (int) (unsigned(a) / unsigned(k));
                case 0x3c -> {
                    if (x == 0) {
                        return 0;
                    }
                    a = (int) (unsigned(a) / unsigned(x));
                }
                case 0x44 -> a |= k;
                case 0x4c -> a |= x;
                case 0x54 -> a &= k;
                case 0x5c -> a &= x;
                case 0x64 -> a <<= k;
                case 0x74 -> a >>>= k;
                case 0x84 -> a = -a;
                case 0xa4 -> a ^= k;
                case 0xac -> a ^= x;
                default -> throw new AssertionError("instruction " + now);
            }
        }
    }

    private static long unsigned(int word) {
        return word & 0xffffffffL;
    }
}
