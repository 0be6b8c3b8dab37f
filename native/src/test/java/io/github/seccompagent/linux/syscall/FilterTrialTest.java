package io.github.seccompagent.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.syscall.FilterTrial.Condition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What libseccomp says to rules, and the names that it and the table know. */
class FilterTrialTest {
    private static final int ALLOW = 0x7fff0000;
    private static final int ERRNO = 0x00050000;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final List<Condition> ZERO = List.of(new Condition(0, 4, 0, 0));

    @Test
    void rules() {
        try (FilterTrial trial = new FilterTrial(ALLOW)) {
            assertThat(trial.addRule(ERRNO | 1, "mkdir", ZERO)).isZero();
            assertThat(trial.addRule(ERRNO | 2, "mkdir", ZERO)).isEqualTo(EEXIST);
            assertThat(trial.addRule(ERRNO | 0xffff, "chmod", List.of())).isEqualTo(EINVAL);
            assertThat(trial.addRule(ERRNO | 1, "nonsense", List.of())).isZero();
        }
    }

    @Test
    void architectures() {
        try (FilterTrial trial = new FilterTrial(ALLOW)) {
            assertThat(trial.addArchitecture("SCMP_ARCH_AARCH64")).isTrue();
            assertThat(trial.addArchitecture("SCMP_ARCH_X86_64")).isTrue();
            assertThat(trial.addArchitecture("SCMP_ARCH_NONSENSE")).isFalse();
        }
    }

    @Test
    void names() {
        assertThat(SyscallTable.names()).contains("mkdir", "mkdirat", "chown32", "file_setattr", "openat2");
        assertThat(SyscallTable.isName("uretprobe")).isTrue();
        assertThat(SyscallTable.isName("s390_pci_mmio_read")).isTrue(); // on another machine
        assertThat(SyscallTable.isName("mkdri")).isFalse();
        assertThat(SyscallTable.isNameOfLibSeccomp("mkdir")).isTrue();
        assertThat(SyscallTable.isNameOfLibSeccomp("mkdri")).isFalse();
    }

    @Test
    void siblings() {
        assertThat(SyscallTable.siblingsOf("mkdir")).containsExactly("mkdirat");
        assertThat(SyscallTable.siblingsOf("fchmodat2")).containsExactly("chmod", "fchmod", "fchmodat");
        assertThat(SyscallTable.siblingsOf("read")).isEmpty();
    }
}
