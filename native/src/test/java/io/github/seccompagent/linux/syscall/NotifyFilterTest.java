package io.github.seccompagent.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.helper.SmallContainer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotifyFilterTest {
    private static final int NOTIFY = 0x7fc00000;
    private static final int ALLOW = 0x7fff0000;
    private static final int AUDIT_X86_64 = 0xC000003E;
    private static final int AUDIT_I386 = 0x40000003;
    private static final int AUDIT_ARM = 0x40000028;

    @ParameterizedTest
    @ValueSource(strings = {"mkdir", "mkdirat", "fchmodat2"})
    void aNameIsNotifiedOnEveryArchitectureOfTheMachine(String name) {
        List<Architecture> runnable = Architecture.ofThisMachine() == Architecture.AARCH64
                ? List.of(Architecture.AARCH64)
                : List.of(Architecture.X86_64, Architecture.X32, Architecture.I386);
        byte[] filter = NotifyFilter.of(List.of("chmod", name));

        for (Architecture architecture : runnable) {
            SyscallTable.numberOf(architecture, name)
                    .ifPresent(number -> assertThat(verdict(filter, architecture.auditArch(), number))
                            .as("%s", architecture)
                            .isEqualTo(NOTIFY));
        }
    }

    @ParameterizedTest
    @CsvSource({"0xC000003E, 39", "0x40000003, 83", "0x40000028, 39", "0x40000028, 83", "0xC000003E, 0x40000027"})
    void aNumberMeansACallOfItsOwnArchitectureOnly(String architecture, String number) {
        byte[] filter = NotifyFilter.of(List.of("mkdir"));

        assertThat(verdict(filter, Long.decode(architecture).intValue(), Integer.decode(number)))
                .isEqualTo(ALLOW);
    }

    /** A conditional jump reaches only 255 instructions far. */
    @Test
    void manyNamesAreAllNotified() {
        List<String> names = new ArrayList<>();
        for (int number = 0; number < 400; number++) {
            Syscall syscall = SyscallTable.syscallOf(Architecture.ofThisMachine(), number);
            if (!syscall.name().startsWith("syscall_")) {
                names.add(syscall.name());
            }
        }
        byte[] filter = NotifyFilter.of(names);

        assertThat(names).hasSizeGreaterThan(300);
        for (String name : names) {
            int number =
                    SyscallTable.numberOf(Architecture.ofThisMachine(), name).orElseThrow();
            assertThat(verdict(filter, Architecture.ofThisMachine().auditArch(), number))
                    .as(name)
                    .isEqualTo(NOTIFY);
        }
        assertThat(verdict(filter, AUDIT_ARM, 39)).isEqualTo(ALLOW);
        assertThat(verdict(filter, AUDIT_X86_64, 600)).isEqualTo(ALLOW);
        assertThat(verdict(filter, AUDIT_I386, 600)).isEqualTo(ALLOW);
    }

    @Test
    void noNamesNotifyNothing() {
        byte[] filter = NotifyFilter.of(List.of());

        assertThat(verdict(filter, AUDIT_X86_64, 83)).isEqualTo(ALLOW);
    }

    @Test
    void aNameThatIsNoSyscallAnywhereIsRefused() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> NotifyFilter.of(List.of("mkdir", "mkdri")))
                .withMessageContaining("mkdri")
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EINVAL);
    }

    @Test
    void aNameThatOneArchitectureLacksNotifiesNothingThere() {
        byte[] filter = NotifyFilter.of(List.of("umount")); // i386 alone has it, as 22

        assertThat(verdict(filter, AUDIT_X86_64, 22)).isEqualTo(ALLOW);
        assertThat(verdict(filter, AUDIT_X86_64, -1)).isEqualTo(ALLOW);
    }

    /** The kernel accepts the filter. Named calls are notified, and others are not. */
    @Test
    void theKernelNotifiesWhatIsNamed() throws Exception {
        List<String> came = new ArrayList<>();
        try (SmallContainer container =
                Shell.run("mkdir /abc; rmdir /abc; touch /def; rm /def", "rmdir", "unlinkat", "unlink")) {
            Shell.serve(container, n -> {
                came.add(SyscallTable.syscallOf(n.architecture(), n.number()).name());
                return Response.proceed();
            });
        }

        assertThat(came).hasSize(2).first().isIn("rmdir", "unlinkat");
        assertThat(came).last().isIn("unlink", "unlinkat");
    }

    /** What the kernel would decide about a call. Executes the few classic BPF instructions that filters use. */
    private static int verdict(byte[] filter, int architecture, int number) {
        ByteBuffer code = ByteBuffer.wrap(filter).order(ByteOrder.nativeOrder());
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int operand = code.getInt(8 * at + 4);
            switch (code.getShort(8 * at)) {
                case 0x20 -> accumulator = operand == 0 ? number : operand == 4 ? architecture : fail(at);
                case 0x15 -> at += code.get(8 * at + (accumulator == operand ? 2 : 3)) & 0xff;
                case 0x05 -> at += operand;
                case 0x06 -> {
                    return operand;
                }
                default -> fail(at);
            }
        }
    }

    private static int fail(int at) {
        throw new AssertionError("unexpected instruction " + at);
    }
}
