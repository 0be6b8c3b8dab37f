package io.github.seccompagent.linux.process;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * An immutable list with 4 bytes for each number. A process can be in 65,536 groups, and many processes can be so at
 * once.
 */
final class IntList extends AbstractList<Integer> implements RandomAccess {
    private final int[] numbers;

    private IntList(int[] numbers) {
        this.numbers = numbers;
    }

    /** A list of the first {@code count} numbers. Nobody may change the array any more. */
    static IntList of(int[] numbers, int count) {
        return new IntList(numbers.length == count ? numbers : Arrays.copyOf(numbers, count));
    }

    @Override
    public Integer get(int index) {
        return numbers[index];
    }

    @Override
    public int size() {
        return numbers.length;
    }
}
