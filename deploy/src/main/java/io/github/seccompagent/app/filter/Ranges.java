package io.github.seccompagent.app.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * A set of numbers without a sign.
 *
 * @param greatest the greatest number that could be in it; 0 is the smallest
 * @param ranges the ranges that it consists of, the smallest first, with gaps between them
 */
record Ranges(long greatest, List<Range> ranges) {
    static final long WORD = 0xffffffffL;
    static final long LONG = -1;

    /** A range with both of its ends. */
    record Range(long first, long last) {
        boolean isOne() {
            return first == last;
        }
    }

    static Ranges all(long greatest) {
        return of(greatest, 0, greatest);
    }

    static Ranges of(long greatest, long first, long last) {
        return new Ranges(greatest, isLess(last, first) ? List.of() : List.of(new Range(first, last)));
    }

    static Ranges one(long greatest, long number) {
        return of(greatest, number, number);
    }

    boolean isAll() {
        return ranges.size() == 1 && ranges.get(0).first() == 0 && ranges.get(0).last() == greatest;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    boolean isOne() {
        return ranges.size() == 1 && ranges.get(0).isOne();
    }

    /** The smallest number; there must be one. */
    long first() {
        return ranges.get(0).first();
    }

    boolean has(long number) {
        return ranges.stream().anyMatch(range -> !isLess(number, range.first()) && !isLess(range.last(), number));
    }

    /** Whether there are at most so many numbers. */
    boolean hasAtMost(int most) {
        long count = 0;
        for (Range each : ranges) {
            long more = each.last() - each.first();
            if (more < 0 || more >= most) {
                return false;
            }
            count += more + 1;
        }
        return count <= most;
    }

    /** The same numbers, each with other bits above it. */
    Ranges above(int shift, long bits) {
        return new Ranges(
                LONG,
                ranges.stream()
                        .map(each -> new Range(bits << shift | each.first(), bits << shift | each.last()))
                        .toList());
    }

    /**
     * The numbers of 64 bits that an argument with a mask can be compared with, when these are those of one half. What
     * it can never be is in the set if that makes the set simpler.
     */
    Ranges ofArgument(long mask, int shift) {
        return new Ranges(
                        LONG,
                        not().and(of(WORD, 0, mask)).ranges().stream()
                                .map(each -> new Range(
                                        each.first() << shift, each.last() == mask ? LONG : each.last() << shift))
                                .toList())
                .not();
    }

    /** All numbers of 64 bits whose upper half is one of these. */
    Ranges asUpperHalf() {
        return new Ranges(
                LONG,
                ranges.stream()
                        .map(each -> new Range(each.first() << Integer.SIZE, each.last() << Integer.SIZE | WORD))
                        .toList());
    }

    boolean contains(Ranges other) {
        return and(other).equals(other);
    }

    Ranges and(Ranges other) {
        List<Range> common = new ArrayList<>();
        for (Range one : ranges) {
            for (Range two : other.ranges) {
                long first = isLess(one.first(), two.first()) ? two.first() : one.first();
                long last = isLess(one.last(), two.last()) ? one.last() : two.last();
                if (!isLess(last, first)) {
                    common.add(new Range(first, last));
                }
            }
        }
        return new Ranges(greatest, List.copyOf(common));
    }

    Ranges not() {
        List<Range> gaps = new ArrayList<>();
        long next = 0;
        boolean isAtEnd = false;
        for (Range each : ranges) {
            if (isLess(next, each.first())) {
                gaps.add(new Range(next, each.first() - 1));
            }
            isAtEnd = each.last() == greatest;
            next = each.last() + 1;
        }
        if (!isAtEnd) {
            gaps.add(new Range(next, greatest));
        }
        return new Ranges(greatest, List.copyOf(gaps));
    }

    Ranges or(Ranges other) {
        return not().and(other.not()).not();
    }

    private static boolean isLess(long one, long two) {
        return Long.compareUnsigned(one, two) < 0;
    }
}
