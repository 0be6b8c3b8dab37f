package io.github.seccompagent.app.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.filter.Action.Kind;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.filter.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hostile filter costs no more than so much, and nothing false is said of it. */
class BoundsTest {
    private static final int ALLOW = 0x7fff0000;
    private static final int EPERM = 0x00050001;
    private static final int MKDIR = 83;
    private static final int FIRST_ARGUMENT = 16; // its lower half in struct seccomp_data
    private static final int BITS = 32;

    private final AtomicLong clock = new AtomicLong(5);

    private static Instruction instruction(int code, int ifTrue, int ifFalse, int operand) {
        return new Instruction(code, ifTrue, ifFalse, operand);
    }

    private static Verdict verdict(FilterChain chain) {
        return chain.verdict(Architecture.X86_64, MKDIR);
    }

    @Test
    void thereAreSoManyInstructions() {
        Budget budget = new Budget(clock::get);
        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        assertThat(taken).isEqualTo(8_000_000);
        assertThat(budget.take()).isFalse();
    }

    @Test
    void after20SecondsThereAreNone() {
        Budget budget = new Budget(clock::get);
        assertThat(budget.take()).isTrue();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(20));
        for (int i = 0; i < 1000; i++) {
            assertThat(budget.take()).as("in time").isTrue();
        }
        clock.incrementAndGet();

        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        assertThat(taken).isLessThan(1000);
        clock.set(5);
        assertThat(budget.take()).as("once late, always late").isFalse();
    }

    @Test
    void whatIsTooLateIsUnknownForAllCalls() {
        List<Instruction> loads = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            loads.add(instruction(0x20, 0, 0, FIRST_ARGUMENT));
        }
        loads.add(instruction(0x06, 0, 0, ALLOW));
        FilterChain chain =
                new FilterChain(List.of(loads), new Budget(() -> clock.addAndGet(TimeUnit.SECONDS.toNanos(9))));

        assertThat(verdict(chain).possible()).extracting(Action::action).containsExactly(Kind.UNKNOWN);
        assertThat(verdict(chain).possible()).extracting(Action::action).containsExactly(Kind.UNKNOWN);
    }

    /** A filter that allows a call if one of the pairs of bits is off, and otherwise refuses it. */
    private static List<Instruction> allOf(int pairs) {
        List<Instruction> filter = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            filter.add(instruction(0x20, 0, 0, FIRST_ARGUMENT));
            filter.add(instruction(0x45, 1, 0, pair(i)));
            filter.add(instruction(0x06, 0, 0, ALLOW));
        }
        filter.add(instruction(0x06, 0, 0, EPERM));
        return filter;
    }

    /** Different ones up to 496. */
    private static int pair(int index) {
        int distance = index / BITS + 1;
        return 1 << index % BITS | 1 << (index + distance) % BITS;
    }

    /** A word has up to 32 masks. What does not fit makes the conditions unknown, and never false. */
    @ParameterizedTest
    @ValueSource(ints = {2, 10, 31, 32, 33, 40, 200})
    void moreMasksThanAreNoted(int pairs) {
        FilterChain chain = new FilterChain(List.of(allOf(pairs)));
        Random random = new Random(pairs);

        Verdict verdict = verdict(chain);

        assertThat(verdict.isTold()).isEqualTo(pairs <= 32);
        for (int i = 0; i < 2000; i++) {
            long[] data = {MKDIR | (long) Architecture.X86_64.auditArch() << BITS, 0, -1, 0, 0, 0, 0, 0};
            if (i % 3 != 0) {
                data[2] &= ~(long) pair(i % 3 == 1 ? pairs - 1 : random.nextInt(pairs));
            }
            FilterChainTest.assertSays(verdict, data, Action.of(ExecutedFilter.run(chain.filters(), data)), chain);
        }
    }

    @Test
    void aWordHasNoMoreMasks() {
        WordFacts facts = WordFacts.NONE;
        for (int i = 0; i < 200; i++) {
            WordFacts more = facts.and(
                    Integer.toUnsignedLong(pair(i)), Ranges.one(Ranges.WORD, 0).not());
            assertThat(more).isNotNull();
            facts = more;
        }
        assertThat(facts.masked()).hasSizeLessThanOrEqualTo(32);
    }
}
