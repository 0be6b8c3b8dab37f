package io.github.seccompagent.linux.process;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/** An immutable list of 4 bytes a number: a process can be in 65,536 groups, and many processes can be so at once. */
final class IntList extends AbstractList<Integer> implements RandomAccess {
    private final int[] numbers;

    private IntList(int[] numbers) {
        this.numbers = numbers;
    }

    /** The first {@code count} of these, which nobody changes any more. */
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
