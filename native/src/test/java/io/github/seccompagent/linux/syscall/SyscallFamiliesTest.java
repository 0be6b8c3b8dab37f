package io.github.seccompagent.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.Argument.Constant;
import io.github.seccompagent.linux.syscall.Argument.Path;
import io.github.seccompagent.linux.syscall.Argument.Register;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a call has the arguments of its family, compared with the man pages. */
class SyscallFamiliesTest {

    @ParameterizedTest
    @CsvSource({
        // call, family, argument, register, register of the directory
        "mkdir,     mkdir,   0, 0, -1",
        "mkdirat,   mkdir,   0, 1, 0",
        "unlinkat,  unlink,  0, 1, 0",
        "renameat,  rename,  0, 1, 0",
        "renameat2, rename,  1, 3, 2",
        "linkat,    link,    1, 3, 2",
        "symlinkat, symlink, 1, 2, 1",
        "fchmodat,  chmod,   0, 1, 0",
        "fchownat,  chown,   0, 1, 0",
        "mknodat,   mknod,   0, 1, 0",
        "openat2,   open,    0, 1, 0",
        "execveat,  execve,  0, 1, 0",
        "mount,     mount,   1, 1, -1",
    })
    void pathsHaveTheirDirectory(String call, String family, int argument, int register, int directory) {
        ArgumentLayout layout = SyscallFamilies.of(Architecture.X86_64, call);

        assertThat(layout.family()).isEqualTo(family);
        Argument found = layout.argument(argument);
        assertThat(found)
                .isIn(
                        directory < 0
                                ? List.of(new Path(directory, register), new Register(register))
                                : List.of(new Path(directory, register)));
    }

    @ParameterizedTest
    @CsvSource({
        "mkdirat,    1, 2",
        "fchmodat,   1, 2",
        "fchmodat2,  2, 3",
        "renameat2,  2, 4",
        "linkat,     2, 4",
        "symlinkat,  0, 0",
        "unlinkat,   1, 2",
        "fchownat,   3, 4",
        "mknodat,    2, 3",
        "setxattr,   4, 4",
        "setxattrat, 1, 3",
        "setxattrat, 5, 2",
        "removexattrat, 1, 3",
        "removexattrat, 2, 2",
        "execveat,   2, 3",
        "umount2,    1, 1",
        "bpf,        3, 3",
    })
    void othersHaveTheirRegister(String call, int argument, int register) {
        assertThat(SyscallFamilies.of(Architecture.X86_64, call).argument(argument))
                .isEqualTo(new Register(register));
    }

    @ParameterizedTest
    @CsvSource({
        "unlink,    1, 0",
        "renameat,  2, 0",
        "link,      2, 0",
        "chmod,     2, 0",
        "fchmod,    2, 0x1000",
        "fchmodat,  2, 0",
        "lchown,    3, 0x100",
        "fchown,    3, 0x1000",
        "lsetxattr, 5, 0x100",
        "fremovexattr, 2, 0x1000",
        "creat,     1, 01101",
    })
    void whatACallDoesAlwaysIsAConstant(String call, int argument, String value) {
        long expected = Long.decode(value);
        assertThat(SyscallFamilies.of(Architecture.X86_64, call).argument(argument))
                .isEqualTo(new Constant(expected));
    }

    @Test
    void oldCallsOf32BitProgramsHaveIdsOf16Bits() {
        assertThat(SyscallFamilies.of(Architecture.I386, "chown").argument(1)).isEqualTo(new Argument.Id16(1));
        assertThat(SyscallFamilies.of(Architecture.I386, "chown32").argument(1)).isEqualTo(new Register(1));
        assertThat(SyscallFamilies.of(Architecture.X86_64, "chown").argument(1)).isEqualTo(new Register(1));
    }
}
