package io.github.seccompagent.app.filter;

import io.github.seccompagent.app.filter.Value.Known;
import io.github.seccompagent.app.filter.Value.Word;
import io.github.seccompagent.linux.filter.Instruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Follows all ways of one call through filters. Its number and architecture are known, and nothing else is. */
final class FilterWalk {
    // Real filters have some ten ways for a call. A hostile one can have as many as it likes.
    private static final int MOST_WAYS = 1000;
    private static final int MOST_STEPS = 100_000;
    private static final int NONE = -1;
    private static final int SIZE_OF_DATA = 64; // struct seccomp_data

    private static final int CLASS = 0x07;
    private static final int OPERATION = 0xf0;
    private static final int MODE = 0xe0;
    private static final int SOURCE_IS_X = 0x08;
    private static final int SOURCE_IS_A = 0x10;

    private final List<List<Instruction>> filters;
    private final Budget budget;
    private final int second; // the index of the second thread's first filter
    private final int architecture;
    private final int number;
    private final Deque<Way> open = new ArrayDeque<>();
    private final List<Way> ended = new ArrayList<>();
    private int steps;

    private FilterWalk(List<List<Instruction>> filters, int second, Budget budget, int architecture, int number) {
        this.filters = filters;
        this.budget = budget;
        this.second = second;
        this.architecture = architecture;
        this.number = number;
    }

    /** The walk of a call through the filters of a thread. */
    static FilterWalk through(FilterChain chain, int architecture, int number) {
        return new FilterWalk(chain.filters(), NONE, chain.budget(), architecture, number);
    }

    /** The walk of a call through the filters of one thread, and then through those of another one. */
    static FilterWalk through(FilterChain chain, FilterChain other, int architecture, int number) {
        List<List<Instruction>> all = new ArrayList<>(chain.filters());
        all.addAll(other.filters());
        return new FilterWalk(all, chain.filters().size(), chain.budget(), architecture, number);
    }

    /** All ways, each to its end; empty if there are too many. */
    Optional<List<Way>> ways() {
        open.push(new Way());
        while (!open.isEmpty()) {
            Way way = open.pop();
            boolean goesOn = true;
            turn(way);
            while (goesOn && way.filters() < filters.size()) {
                goesOn = step(way, filters.get(way.filters()).get(way.at++));
                turn(way);
                if (++steps > MOST_STEPS || !budget.take() || open.size() + ended.size() > MOST_WAYS) {
                    return Optional.empty();
                }
            }
            if (goesOn) {
                ended.add(way);
            }
        }
        return Optional.of(ended);
    }

    private void turn(Way way) {
        if (way.filters() == second && way.first() == null) {
            way.beginSecond();
        }
    }

    /** Returns false if nothing can come this way. */
    private boolean step(Way way, Instruction instruction) {
        int operand = instruction.operand();
        switch (instruction.code() & CLASS) {
            case 0 -> way.a = loaded(way, instruction);
            case 1 -> way.x = loaded(way, instruction);
            case 2 -> way.store(operand, way.a);
            case 3 -> way.store(operand, way.x);
            case 4 -> compute(way, instruction);
            case 5 -> {
                return jump(way, instruction);
            }
            case 6 -> way.decide((instruction.code() & SOURCE_IS_A) != 0 ? way.a : new Known(operand));
            default -> move(way, (instruction.code() & 0xf8) == 0);
        }
        return true;
    }

    private static void move(Way way, boolean isToX) {
        if (isToX) {
            way.x = way.a;
        } else {
            way.a = way.x;
        }
    }

    private Value loaded(Way way, Instruction instruction) {
        int operand = instruction.operand();
        return switch (instruction.code() & MODE) {
            case 0x00 -> new Known(operand);
            case 0x20 -> word(operand / Integer.BYTES);
            case 0x60 -> way.load(operand);
            default -> new Known(SIZE_OF_DATA); // BPF_LEN
        };
    }

    private Value word(int index) {
        return switch (index) {
            case 0 -> new Known(number);
            case 1 -> new Known(architecture);
            default -> new Word(index, -1);
        };
    }

    private static Value source(Way way, Instruction instruction) {
        return (instruction.code() & SOURCE_IS_X) != 0 ? way.x : new Known(instruction.operand());
    }

    private void compute(Way way, Instruction instruction) {
        int operation = instruction.code() & OPERATION;
        Value operand = source(way, instruction);
        boolean isDivision = operation == Arithmetic.DIVIDE || operation == Arithmetic.REMAINDER;
        if (isDivision && operand.equals(Value.ZERO)) {
            way.decide(Value.ZERO); // as the kernel does
            return;
        }
        if (isDivision && !(operand instanceof Known)) {
            Way byZero = way.copy();
            byZero.guess();
            byZero.decide(Value.ZERO);
            open.push(byZero);
            way.guess();
        }
        way.a = Arithmetic.of(operation, way.a, operand);
    }

    private boolean jump(Way way, Instruction instruction) {
        int operation = instruction.code() & OPERATION;
        if (operation == 0) {
            way.at += instruction.operand();
            return true;
        }
        Value operand = source(way, instruction);
        if (way.a instanceof Known a && operand instanceof Known b) {
            way.at += Jump.holds(operation, a.number(), b.number()) ? instruction.ifTrue() : instruction.ifFalse();
            return true;
        }
        if (instruction.ifTrue() == instruction.ifFalse()) {
            way.at += instruction.ifTrue();
            return true;
        }
        return fork(way, Jump.of(operation, way.a, operand), instruction);
    }

    private boolean fork(Way way, Optional<Jump> condition, Instruction instruction) {
        Way other = way.copy();
        other.at += instruction.ifTrue();
        way.at += instruction.ifFalse();
        if (condition.isEmpty()) {
            other.guess();
            way.guess();
            open.push(other);
            return true;
        }
        Jump jump = condition.get();
        if (other.narrow(jump.word(), jump.values())) {
            open.push(other);
        }
        return way.narrow(jump.word(), jump.values().not());
    }
}
