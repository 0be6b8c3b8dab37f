package io.github.seccompagent.app.filter;

import io.github.seccompagent.app.filter.WordFacts.Bits;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Arguments for which the same happens: all those of which each restriction holds.
 *
 * @param restrictions for some arguments, with a mask, the values that they have
 */
record Region(SortedMap<Part, Ranges> restrictions) {
    private static final long ALL_BITS = -1;

    /**
     * An argument with a mask.
     *
     * @param argument its index; {@link Condition#INSTRUCTION_POINTER} for the instruction pointer
     */
    record Part(int argument, long mask) implements Comparable<Part> {
        private static final Comparator<Part> ORDER =
                Comparator.comparingInt(Part::argument).thenComparing(Part::mask, Long::compareUnsigned);

        @Override
        public int compareTo(Part other) {
            return ORDER.compare(this, other);
        }
    }

    /** The arguments that go a way. Their halves are words of struct seccomp_data. */
    static Region of(Way way) {
        SortedMap<Part, Ranges> restrictions = new TreeMap<>();
        for (int argument = Condition.INSTRUCTION_POINTER; argument <= Condition.LAST_ARGUMENT; argument++) {
            int lower = 4 + 2 * argument;
            Map<Integer, WordFacts> facts = way.facts();
            join(
                    argument,
                    facts.getOrDefault(lower, WordFacts.NONE),
                    facts.getOrDefault(lower + 1, WordFacts.NONE),
                    restrictions);
        }
        return new Region(restrictions);
    }

    private static void join(int argument, WordFacts lower, WordFacts upper, Map<Part, Ranges> restrictions) {
        Ranges plainLower = lower.of(WordFacts.ALL_BITS);
        Ranges plainUpper = upper.of(WordFacts.ALL_BITS);
        Bits bitsOfLower = lower.bits();
        Bits bitsOfUpper = upper.bits();
        if (!plainLower.isAll() && !plainLower.isOne()) {
            if (plainUpper.isOne()) { // the upper half says where the ranges of the lower half are
                restrictions.put(new Part(argument, ALL_BITS), plainLower.above(Integer.SIZE, plainUpper.first()));
                bitsOfUpper = WordFacts.NONE.bits();
            } else {
                restrictions.put(new Part(argument, WordFacts.ALL_BITS), plainLower.ofArgument(WordFacts.ALL_BITS, 0));
            }
        }
        if (!plainUpper.isAll() && !plainUpper.isOne()) {
            restrictions.put(new Part(argument, ALL_BITS), plainUpper.asUpperHalf());
        }
        long mask = bitsOfUpper.mask() << Integer.SIZE | bitsOfLower.mask();
        if (mask != 0) {
            long value = bitsOfUpper.value() << Integer.SIZE | bitsOfLower.value();
            restrictions.merge(new Part(argument, mask), Ranges.one(Ranges.LONG, value), Ranges::and);
        }
        putMasked(argument, lower, 0, restrictions);
        putMasked(argument, upper, Integer.SIZE, restrictions);
    }

    private static void putMasked(int argument, WordFacts word, int shift, Map<Part, Ranges> restrictions) {
        word.masked().forEach((mask, values) -> {
            if (mask != WordFacts.ALL_BITS && !values.isOne()) {
                restrictions.merge(new Part(argument, mask << shift), values.ofArgument(mask, shift), Ranges::and);
            }
        });
    }

    /** What the arguments have there. */
    Ranges at(Part part) {
        return restrictions.getOrDefault(part, Ranges.all(Ranges.LONG));
    }

    /** The same, with other values at one place. */
    Region with(Part part, Ranges values) {
        SortedMap<Part, Ranges> changed = new TreeMap<>(restrictions);
        if (values.isAll()) {
            changed.remove(part);
        } else {
            changed.put(part, values);
        }
        return new Region(changed);
    }

    /** Whether all arguments of another one are in this, apart from what they have at one place. */
    boolean containsApartFrom(Part part, Region other) {
        return restrictions.entrySet().stream()
                .allMatch(each -> each.getKey().equals(part) || each.getValue().contains(other.at(each.getKey())));
    }

    boolean contains(Region other) {
        return restrictions.entrySet().stream().allMatch(each -> each.getValue().contains(other.at(each.getKey())));
    }
}
