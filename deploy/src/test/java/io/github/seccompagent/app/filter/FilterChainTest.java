package io.github.seccompagent.app.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.filter.Action.Kind;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.filter.Comparison;
import io.github.seccompagent.linux.filter.Comparison.Operator;
import io.github.seccompagent.linux.filter.Instruction;
import io.github.seccompagent.linux.filter.RuleCompiler;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterChainTest {
    private static final int ALLOW = 0x7fff0000;
    private static final int EPERM = 0x00050001;
    private static final int KILL_PROCESS = 0x80000000;
    private static final int CALLS = 40;
    private static final int MKDIR = 83;

    /** What is said of random filters is what they do, with random arguments and those at the edges. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whatIsSaidIsWhatHappens(int filters) {
        Random random = new Random(18L * filters);
        RandomFilter source = new RandomFilter(random);
        int told = 0;
        for (int round = 0; round < 4000; round++) {
            FilterChain chain = chain(source, filters);
            Verdict verdict = chain.verdict(Architecture.X86_64, MKDIR);
            told += verdict.isTold() ? 1 : 0;
            for (int call = 0; call < CALLS; call++) {
                long[] data = data(source, Architecture.X86_64, MKDIR);
                Action happens = Action.of(ExecutedFilter.run(chain.filters(), data));
                assertSays(verdict, data, happens, chain);
            }
        }
        assertThat(told).isGreaterThan(3000);
    }

    @Test
    void whatIsSaidToDifferDiffers() {
        Random random = new Random(5);
        RandomFilter source = new RandomFilter(random);
        int changes = 0;
        for (int round = 0; round < 4000; round++) {
            FilterChain one = chain(source, 1 + random.nextInt(2));
            FilterChain two = random.nextInt(8) == 0 ? one : chain(source, 1);
            Change change = one.change(two, Architecture.X86_64, MKDIR).orElse(null);
            changes += change == null ? 0 : 1;
            for (int call = 0; call < CALLS; call++) {
                long[] data = data(source, Architecture.X86_64, MKDIR);
                Action here = Action.of(ExecutedFilter.run(one.filters(), data));
                Action there = Action.of(ExecutedFilter.run(two.filters(), data));
                if (change == null) {
                    assertThat(here).as("%s %s", one, two).isEqualTo(there);
                } else if (!change.cases().isEmpty()) {
                    Change.Pair said = outcome(change.cases(), data);
                    assertThat(said.here()).isIn(here, Action.UNKNOWN);
                    assertThat(said.there()).isIn(there, Action.UNKNOWN);
                }
            }
        }
        assertThat(changes).isBetween(1000, 3900);
    }

    private static FilterChain chain(RandomFilter source, int filters) {
        return new FilterChain(Stream.generate(source::filter).limit(filters).toList());
    }

    private static long[] data(RandomFilter source, Architecture architecture, int number) {
        long[] data = new long[8];
        data[0] = number | (long) architecture.auditArch() << 32;
        for (int i = 1; i < data.length; i++) {
            data[i] = source.number() & 0xffffffffL | (long) source.number() << 32;
        }
        return data;
    }

    static void assertSays(Verdict verdict, long[] data, Action happens, FilterChain chain) {
        if (verdict.isTold()) {
            Action said = outcome(verdict.cases(), data);
            assertThat(said).as("%s: %s", chain, verdict).isIn(happens, Action.UNKNOWN);
        } else {
            assertThat(verdict.possible()).containsAnyOf(happens, Action.UNKNOWN);
        }
    }

    /** The outcome that cases name for a call. Exactly one case must be for it, or the last one. */
    private static <T> T outcome(List<Case<T>> cases, long[] data) {
        List<T> named = cases.stream()
                .filter(each -> each.when().stream()
                        .anyMatch(all -> all.stream().allMatch(one -> one.holds(data[one.index() + 2]))))
                .map(Case::outcome)
                .toList();
        assertThat(named).hasSizeLessThan(2);
        assertThat(cases.get(cases.size() - 1).when()).isEmpty();
        return named.isEmpty() ? cases.get(cases.size() - 1).outcome() : named.get(0);
    }

    /** libseccomp compares the halves of an argument. What is said is the comparison that was asked for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "NE 0x100000005 arg1 != 0x100000005",
                "EQ 0x100000005 arg1 == 0x100000005",
                "EQ 0x0 arg1 == 0x0",
                "LT 0x100000005 arg1 <= 0x100000004",
                "LE 0x100000005 arg1 <= 0x100000005",
                "GE 0x100000005 arg1 >= 0x100000005",
                "GT 0x100000005 arg1 >= 0x100000006",
                "GT 0xffffffff arg1 >= 0x100000000",
                "GE 0x5 arg1 >= 0x5",
            })
    void aComparisonIsJoinedAgain(String line) {
        String[] words = line.split(" ", 3);
        Comparison comparison = new Comparison(1, Operator.valueOf(words[0]), Long.decode(words[1]), 0);

        Verdict verdict = verdictOf(EPERM, List.of(comparison));

        assertThat(verdict.toString())
                .isIn(
                        "errno EPERM if " + words[2] + ", otherwise allow",
                        "allow if " + opposite(words[2]) + ", otherwise errno EPERM");
    }

    private static String opposite(String condition) {
        String[] words = condition.split(" ");
        long value = Long.decode(words[2]);
        return words[0] + " "
                + switch (words[1]) {
                    case "==" -> "!= " + words[2];
                    case "!=" -> "== " + words[2];
                    case "<=" -> ">= 0x" + Long.toHexString(value + 1);
                    default -> "<= 0x" + Long.toHexString(value - 1);
                };
    }

    @Test
    void aMaskIsJoinedAgain() {
        Comparison flags = new Comparison(0, Operator.MASKED_EQ, 0x10000007e020000L, 0x100000002020000L);

        assertThat(verdictOf(EPERM, List.of(flags)))
                .hasToString("errno EPERM if (arg0 & 0x10000007e020000) == 0x100000002020000, otherwise allow");
    }

    @Test
    void allConditionsOfARuleAreTold() {
        Verdict verdict = verdictOf(
                EPERM,
                List.of(
                        new Comparison(0, Operator.EQ, 16, 0),
                        new Comparison(1, Operator.NE, 3, 0),
                        new Comparison(2, Operator.LE, 0x200000000L, 0)));

        assertThat(verdict)
                .hasToString("errno EPERM if arg0 == 0x10 and arg1 != 0x3 and arg2 <= 0x200000000, otherwise allow");
    }

    private static Verdict verdictOf(int action, List<Comparison> comparisons) {
        try (RuleCompiler compiler = new RuleCompiler(ALLOW)) {
            assertThat(compiler.addRule(action, "mkdirat", comparisons)).isTrue();
            FilterChain chain = new FilterChain(List.of(compiler.instructions()));
            return chain.verdict(
                    Architecture.ofThisMachine(),
                    SyscallTable.numberOf(Architecture.ofThisMachine(), "mkdirat")
                            .orElseThrow());
        }
    }

    @Test
    void theMostRestrictiveActionCountsAndOfTwoErrnosTheNewest() {
        assertThat(returning(0x00050002, 0x00050001)).hasToString("errno ENOENT");
        assertThat(returning(ALLOW, EPERM)).hasToString("errno EPERM");
        assertThat(returning(EPERM, 0)).hasToString("kill thread");
        assertThat(returning(0, KILL_PROCESS)).hasToString("kill process");
        assertThat(returning(0x7fc00000, 0x7ff00005)).hasToString("notify");
        assertThat(returning()).hasToString("allow");
    }

    private static Verdict returning(Integer... newestFirst) {
        return verdictOf(Stream.of(newestFirst)
                .map(value -> List.of(new Instruction(0x06, 0, 0, value)))
                .toList());
    }

    private static Verdict verdictOf(List<List<Instruction>> filters) {
        return new FilterChain(filters).verdict(Architecture.X86_64, MKDIR);
    }

    /** A hostile filter has more ways than anybody can follow. */
    @Test
    void tooManyWaysAreNotFollowed() {
        List<Instruction> filter = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            filter.add(new Instruction(0x20, 0, 0, 16 + 4 * (i % 12)));
            filter.add(new Instruction(0x45, 1, 0, 1 << i % 31));
            filter.add(new Instruction(0x04, 0, 0, i));
        }
        filter.add(new Instruction(0x16, 0, 0, 0));

        assertThat(verdictOf(List.of(filter)).possible())
                .extracting(Action::action)
                .containsExactly(Kind.UNKNOWN);
    }
}
