package io.github.seccompagent.app.filter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.seccompagent.app.filter.Region.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A comparison of an argument with a number. All are of 64 bits and without a sign.
 *
 * @param index the index of the argument; {@link #INSTRUCTION_POINTER} for the instruction pointer
 * @param bits the bits of the argument that are compared
 */
@JsonPropertyOrder({"index", "op", "value", "mask"})
public record Condition(
        int index,
        @JsonProperty("op") Operator operator,
        @JsonIgnore long number,
        @JsonIgnore long bits) {
    public static final int INSTRUCTION_POINTER = -1;
    static final int LAST_ARGUMENT = 5;
    private static final long ALL_BITS = -1;
    private static final int MOST_EXCEPTIONS = 16;

    /** The operators that are needed. */
    public enum Operator {
        EQ("=="),
        NE("!="),
        LE("<="),
        GE(">=");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        @Override
        public String toString() {
            return sign;
        }
    }

    /** The number that it is compared with. */
    @JsonProperty
    public String value() {
        return hex(number);
    }

    /** The bits that are compared. */
    @JsonProperty
    public String mask() {
        return hex(bits);
    }

    /** Whether an argument fulfils it. */
    public boolean holds(long argument) {
        int compared = Long.compareUnsigned(argument & bits, number);
        return switch (operator) {
            case EQ -> compared == 0;
            case NE -> compared != 0;
            case LE -> compared <= 0;
            case GE -> compared >= 0;
        };
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    @Override
    public String toString() {
        String argument = index == INSTRUCTION_POINTER ? "ip" : "arg" + index;
        String compared = bits == ALL_BITS ? argument : "(" + argument + " & " + hex(bits) + ")";
        return compared + " " + operator + " " + hex(number);
    }

    /** The conditions for a region. All of one list must hold, and it does not matter of which one. */
    static List<List<Condition>> of(Region region) {
        List<List<Condition>> all = List.of(List.of());
        for (Part part : region.restrictions().keySet()) {
            List<List<Condition>> alternatives = of(part, region.at(part));
            all = all.stream()
                    .flatMap(before -> alternatives.stream().map(more -> concat(before, more)))
                    .toList();
        }
        return all;
    }

    private static List<Condition> concat(List<Condition> before, List<Condition> more) {
        return Stream.concat(before.stream(), more.stream()).toList();
    }

    private static List<List<Condition>> of(Part part, Ranges values) {
        List<Ranges.Range> exceptions = values.not().ranges();
        if (exceptions.size() <= MOST_EXCEPTIONS && exceptions.stream().allMatch(Ranges.Range::isOne)) {
            return List.of(exceptions.stream()
                    .map(each -> new Condition(part.argument(), Operator.NE, each.first(), part.mask()))
                    .toList());
        }
        return values.ranges().stream().map(range -> of(part, range)).toList();
    }

    private static List<Condition> of(Part part, Ranges.Range range) {
        if (range.isOne()) {
            return List.of(new Condition(part.argument(), Operator.EQ, range.first(), part.mask()));
        }
        List<Condition> ends = new ArrayList<>();
        if (range.first() != 0) {
            ends.add(new Condition(part.argument(), Operator.GE, range.first(), part.mask()));
        }
        if (range.last() != Ranges.LONG) {
            ends.add(new Condition(part.argument(), Operator.LE, range.last(), part.mask()));
        }
        return ends;
    }
}
