package io.github.seccompagent.app.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a word of 32 bits.
 *
 * @param masked for some masks, what the word can be with that mask
 */
record WordFacts(SortedMap<Long, Ranges> masked) {
    static final long ALL_BITS = 0xffffffffL;
    static final WordFacts NONE = new WordFacts(new TreeMap<>());

    /** Up to so many numbers are tried. */
    private static final int TRIED = 1 << 10;

    /** A filter of libseccomp has a few for each word. */
    private static final int MOST_MASKS = 32;

    /** Whether one thing more can be noted. */
    boolean hasRoomFor(long mask) {
        return masked.size() < MOST_MASKS || masked.containsKey(mask);
    }

    /**
     * What is known when one thing more is; null if no word can be so. Not all that cannot be so is noticed. The same
     * as before if there is no room.
     */
    @Nullable WordFacts and(long mask, Ranges values) {
        if (!hasRoomFor(mask)) {
            return this;
        }
        SortedMap<Long, Ranges> more = new TreeMap<>(masked);
        more.merge(mask, bounded(mask, values), Ranges::and);
        WordFacts facts = new WordFacts(more);
        return facts.isPossible() ? facts.withoutImplied() : null;
    }

    /** The values that a word can have with a mask. */
    private static Ranges bounded(long mask, Ranges values) {
        if (Long.bitCount(mask) == 1) {
            Ranges off = Ranges.one(Ranges.WORD, 0);
            Ranges on = Ranges.one(Ranges.WORD, mask);
            return off.or(on).and(values);
        }
        return values.and(Ranges.of(Ranges.WORD, 0, mask));
    }

    Ranges of(long mask) {
        Ranges known = masked.get(mask);
        return known == null ? Ranges.all(Ranges.WORD) : known;
    }

    private boolean isPossible() {
        for (Map.Entry<Long, Ranges> each : masked.entrySet()) {
            if (each.getValue().isEmpty()
                    || each.getValue().isOne() && (each.getValue().first() & ~each.getKey()) != 0) {
                return false;
            }
        }
        Bits known = bits();
        if (known.isContradiction()) {
            return false;
        }
        for (Map.Entry<Long, Ranges> each : masked.entrySet()) {
            boolean isKnown = (each.getKey() & ~known.mask()) == 0;
            if (isKnown && !each.getValue().has(known.value() & each.getKey())) {
                return false;
            }
        }
        List<Long> possible = numbersToTry(known);
        return possible.isEmpty() || possible.stream().anyMatch(this::allows);
    }

    /** Numbers of which one is allowed if any number is; none if those would be too many. */
    private List<Long> numbersToTry(Bits known) {
        Ranges plain = of(ALL_BITS);
        List<Long> numbers = new ArrayList<>();
        if (plain.hasAtMost(TRIED)) {
            for (Ranges.Range each : plain.ranges()) {
                for (long number = each.first(); number <= each.last(); number++) {
                    numbers.add(number);
                }
            }
            return numbers;
        }
        long open = 0;
        for (long mask : masked.keySet()) {
            open |= mask == ALL_BITS ? 0 : mask & ~known.mask();
        }
        if (plain.isAll() && Long.bitCount(open) <= Integer.numberOfTrailingZeros(TRIED)) {
            long bits = 0;
            do {
                numbers.add(known.value() | bits);
                bits = (bits - open) & open; // the next number that has only open bits
            } while (bits != 0);
        }
        return numbers;
    }

    private boolean allows(long number) {
        return masked.entrySet().stream().allMatch(each -> each.getValue().has(number & each.getKey()));
    }

    /** The bits that are known one by one. */
    record Bits(long mask, long value, boolean isContradiction) {}

    Bits bits() {
        long mask = 0;
        long value = 0;
        boolean isContradiction = false;
        for (Map.Entry<Long, Ranges> each : masked.entrySet()) {
            if (each.getValue().isOne()) {
                long one = each.getValue().first();
                isContradiction |= (one & mask) != (value & each.getKey());
                mask |= each.getKey();
                value |= one;
            }
        }
        return new Bits(mask, value, isContradiction);
    }

    private WordFacts withoutImplied() {
        Bits known = bits();
        SortedMap<Long, Ranges> needed = new TreeMap<>(masked);
        needed.entrySet()
                .removeIf(each -> each.getKey() == 0
                        || each.getValue().equals(bounded(each.getKey(), Ranges.all(Ranges.WORD)))
                        || each.getKey() != known.mask() && (each.getKey() & ~known.mask()) == 0);
        if (known.mask() != 0) {
            needed.put(known.mask(), Ranges.one(Ranges.WORD, known.value()));
        }
        return new WordFacts(needed);
    }
}
