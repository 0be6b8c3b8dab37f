package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the man pages: which register of a call holds an argument of the family's oldest member. */
class ArgumentLayoutTest {

    @ParameterizedTest
    @CsvSource({
        // call, argument, register, register of the directory
        "mkdirat,   mkdir,   0, 1, 0",
        "mkdirat,   mkdir,   1, 2, -1",
        "mkdir,     mkdir,   0, 0, -1",
        "mkdir,     mkdir,   1, 1, -1",
        "fchmodat,  chmod,   0, 1, 0",
        "fchmodat,  chmod,   1, 2, -1",
        "fchmodat2, chmod,   1, 2, -1",
        "fchmodat2, chmod,   2, 3, -1",
        "mknodat,   mknod,   0, 1, 0",
        "mknodat,   mknod,   2, 3, -1",
        "unlinkat,  unlink,  0, 1, 0",
        "renameat,  rename,  0, 1, 0",
        "renameat,  rename,  1, 3, 2",
        "renameat2, rename,  1, 3, 2",
        "renameat2, rename,  2, 4, -1",
        "linkat,    link,    1, 3, 2",
        "symlinkat, symlink, 0, 0, -1",
        "symlinkat, symlink, 1, 2, 1",
        "openat,    open,    0, 1, 0",
        "openat,    open,    1, 2, -1",
        "openat,    open,    2, 3, -1",
        "execveat,  execve,  0, 1, 0",
        "execveat,  execve,  2, 3, -1",
        "umount2,   umount,  0, 0, -1",
        "umount2,   umount,  1, 1, -1",
        "mount,     mount,   4, 4, -1",
        "openat2,   openat2, 1, 1, -1",
    })
    void argumentsAreWhereTheOldestCallHasThem(
            String call, String family, int argument, int register, int directoryRegister) {
        ArgumentLayout layout = ArgumentLayout.of(call);

        assertThat(layout.family()).isEqualTo(family);
        assertThat(layout.register(argument)).isEqualTo(register);
        assertThat(layout.directoryRegister(argument)).isEqualTo(directoryRegister);
    }
}
