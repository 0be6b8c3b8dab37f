package io.github.seccompagent.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The names that libseccomp and the table know. */
class SyscallNamesTest {
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
