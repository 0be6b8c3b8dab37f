package io.github.seccompagent.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.Architecture;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SyscallTableTest {

    /** Numbers from the kernel's syscall tables. Bit 30 marks x32. */
    @ParameterizedTest
    @CsvSource({
        "X86_64,  mkdir,     83",
        "X86_64,  mkdirat,   258",
        "X86_64,  mount,     165",
        "X86_64,  chmod,     90",
        "X86_64,  fchmodat2, 452",
        "X86_64,  listns,    470",
        "I386,    mkdir,     39",
        "I386,    mkdirat,   296",
        "I386,    mount,     21",
        "I386,    chmod,     15",
        "I386,    umount,    22",
        "I386,    bind,      361",
        "I386,    semget,    393",
        "I386,    fchmodat2, 452",
        "X32,     mkdir,     0x40000053",
        "X32,     mkdirat,   0x40000102",
        "X32,     mount,     0x400000a5",
        "X32,     execve,    0x40000208",
        "X32,     fchmodat2, 0x400001c4",
        "AARCH64, mkdirat,   34",
        "AARCH64, mount,     40",
        "AARCH64, fchmodat,  53",
        "AARCH64, fchmodat2, 452",
    })
    void namesAndNumbersAreThoseOfTheKernel(Architecture architecture, String name, String number) {
        int decoded = Integer.decode(number);

        assertThat(SyscallTable.numberOf(architecture, name)).hasValue(decoded);
        assertThat(SyscallTable.syscallOf(architecture, decoded).name()).isEqualTo(name);
    }

    @Test
    void arm64HasOnlyTheCallsThatTakeADirectory() {
        assertThat(SyscallTable.numberOf(Architecture.AARCH64, "mkdir")).isEmpty();
        assertThat(SyscallTable.numberOf(Architecture.AARCH64, "chmod")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void namesAndNumbersAgree(Architecture architecture) {
        int bit = architecture == Architecture.X32 ? 0x40000000 : 0;
        int known = 0;
        for (int number = 0; number <= 470; number++) {
            String name = SyscallTable.syscallOf(architecture, number | bit).name();
            OptionalInt back = SyscallTable.numberOf(architecture, name);
            if (name.equals("syscall_" + (number | bit))) {
                assertThat(back).as(name).isEmpty();
            } else {
                assertThat(back).as(name).hasValue(number | bit);
                known++;
            }
        }
        assertThat(known).isGreaterThan(300);
    }

    @ParameterizedTest
    @CsvSource({"X86_64, 83, mkdir", "X86_64, 452, fchmodat2", "X32, 0x40000053, mkdir"})
    void anArchitectureIsFoundByTheKernelsNumberAndTheX32Bit(Architecture expected, String number, String name) {
        Architecture architecture = Architecture.of(0xC000003E, Integer.decode(number));

        assertThat(architecture).isEqualTo(expected);
        assertThat(SyscallTable.syscallOf(architecture, Integer.decode(number)).name())
                .isEqualTo(name);
    }

    @Test
    void theOtherArchitecturesAreFoundByTheKernelsNumber() {
        assertThat(Architecture.of(0x40000003, 39)).isEqualTo(Architecture.I386);
        assertThat(Architecture.of(0xC00000B7, 34)).isEqualTo(Architecture.AARCH64);
        assertThat(Architecture.of(0x40000028, 39)).isNull(); // 32-bit arm
    }

    @ParameterizedTest
    @EnumSource
    void aNumberThatNobodyKnowsIsNamedAfterItself(Architecture architecture) {
        assertThat(SyscallTable.syscallOf(architecture, 600).name()).isEqualTo("syscall_600");
        assertThat(SyscallTable.syscallOf(architecture, -1).name()).isEqualTo("syscall_-1");
    }

    @Test
    void anUnknownArchitectureHasOnlyNumbers() {
        assertThat(SyscallTable.syscallOf(null, 83).name()).isEqualTo("syscall_83");
    }

    @ParameterizedTest
    @EnumSource
    void aNameThatNobodyKnowsHasNoNumber(Architecture architecture) {
        assertThat(SyscallTable.numberOf(architecture, "nonsense")).isEmpty();
        assertThat(SyscallTable.numberOf(architecture, "")).isEmpty();
    }
}
