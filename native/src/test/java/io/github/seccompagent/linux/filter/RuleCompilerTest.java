package io.github.seccompagent.linux.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.filter.Comparison.Operator;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What libseccomp says to rules. */
class RuleCompilerTest {
    private static final List<Comparison> ZERO = List.of(new Comparison(0, Operator.EQ, 0, 0));

    private static void assertRefused(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private static int errno(long number) {
        return SeccompAction.ERRNO.value(number);
    }

    @Test
    void rules() {
        try (RuleCompiler compiler = new RuleCompiler(SeccompAction.ALLOW.value(null))) {
            assertThat(compiler.addRule(errno(1), "mkdir", ZERO)).isTrue();
            assertRefused(Errno.EEXIST, () -> compiler.addRule(errno(2), "mkdir", ZERO));
            assertRefused(Errno.EINVAL, () -> compiler.addRule(errno(0xffff), "chmod", List.of()));
            assertThat(compiler.addRule(errno(1), "nonsense", List.of())).isFalse();
        }
        assertRefused(Errno.EINVAL, () -> new RuleCompiler(errno(0xffff)).close());
    }

    @Test
    void architectures() {
        try (RuleCompiler compiler = new RuleCompiler(SeccompAction.ALLOW.value(null))) {
            compiler.addArchitecture("aarch64");
            compiler.addArchitecture("x86_64");
            assertRefused(Errno.EINVAL, () -> compiler.addArchitecture("nonsense"));
        }
    }

    @Test
    void everyActionIsWhatItsValueMeans() {
        for (SeccompAction action : SeccompAction.values()) {
            assertThat(SeccompAction.returned(action.value(7L))).isEqualTo(action);
            assertThat(SeccompAction.of(action.toString())).contains(action);
        }
        assertThat(SeccompAction.returned(0x7ffb0000)).isEqualTo(SeccompAction.KILL_PROCESS);
        assertThat(SeccompAction.isStricter(SeccompAction.KILL_PROCESS.value(null), errno(1)))
                .isTrue();
    }
}
