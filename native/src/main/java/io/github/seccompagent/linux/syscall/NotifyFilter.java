package io.github.seccompagent.linux.syscall;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * A seccomp filter that notifies some calls and allows all others, as struct sock_filter[]. It is made here, because
 * libseccomp refuses names that are newer than itself.
 */
public final class NotifyFilter {
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP = 0x05;
    private static final int RETURN = 0x06;
    private static final int OFFSET_OF_NUMBER = 0;
    private static final int OFFSET_OF_ARCH = 4;
    private static final int RET_USER_NOTIF = 0x7fc00000;
    private static final int RET_EPERM = 0x00050001;
    private static final int OFFSET_OF_ARGUMENT_1 = 24;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;
    private static final int OPERAND = 3;
    private static final int RET_ALLOW = 0x7fff0000;

    private final List<long[]> instructions = new ArrayList<>();

    private NotifyFilter() {}

    /**
     * The filter's bytes.
     *
     * @param names syscalls; each is notified on every architecture that this machine can run and that has it
     * @throws ErrnoException EINVAL if a name is no syscall anywhere
     */
    public static byte[] of(Collection<String> names) {
        NotifyFilter filter = new NotifyFilter();
        filter.add(LOAD_WORD, 0, 0, OFFSET_OF_ARCH);
        if (Architecture.ofThisMachine() == Architecture.X86_64) {
            // x32 has the same architecture number as x86-64.
            TreeSet<Integer> numbers = filter.numbers(names, Architecture.X86_64);
            numbers.addAll(filter.numbers(names, Architecture.X32));
            filter.architecture(Architecture.X86_64, numbers, ioctl(Architecture.X86_64), ioctl(Architecture.X32));
            filter.architecture(Architecture.I386, filter.numbers(names, Architecture.I386), ioctl(Architecture.I386));
        } else {
            filter.architecture(
                    Architecture.AARCH64, filter.numbers(names, Architecture.AARCH64), ioctl(Architecture.AARCH64));
        }
        filter.add(RETURN, 0, 0, RET_ALLOW);
        names.forEach(NotifyFilter::requireKnown);
        return filter.bytes();
    }

    private static void requireKnown(String name) {
        for (Architecture architecture : Architecture.values()) {
            if (SyscallTable.numberOf(architecture, name).isPresent()) {
                return;
            }
        }
        throw new ErrnoException(Errno.EINVAL, "unknown syscall " + name);
    }

    private TreeSet<Integer> numbers(Collection<String> names, Architecture architecture) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String name : names) {
            OptionalInt number = SyscallTable.numberOf(architecture, name);
            number.ifPresent(numbers::add);
        }
        return numbers;
    }

    /** Each number takes two instructions, because a conditional jump reaches only 255 instructions far. */
    private void architecture(Architecture architecture, Collection<Integer> numbers, int... ioctls) {
        add(JUMP_IF_EQUAL, 1, 0, architecture.auditArch());
        int jumpOver = instructions.size();
        add(JUMP, 0, 0, 0);
        add(LOAD_WORD, 0, 0, OFFSET_OF_NUMBER);
        for (int number : numbers) {
            add(JUMP_IF_EQUAL, 0, 1, number);
            add(RETURN, 0, 0, RET_USER_NOTIF);
        }
        for (int ioctl : ioctls) {
            refuseTerminalInput(ioctl);
        }
        add(RETURN, 0, 0, RET_ALLOW);
        instructions.get(jumpOver)[OPERAND] = instructions.size() - jumpOver - 1L;
    }

    /** Refuses ioctls that type into a terminal, because the command shares a terminal with whoever started it. */
    private void refuseTerminalInput(int ioctl) {
        add(JUMP_IF_EQUAL, 0, 5, ioctl);
        add(LOAD_WORD, 0, 0, OFFSET_OF_ARGUMENT_1);
        add(JUMP_IF_EQUAL, 1, 0, TIOCSTI);
        add(JUMP_IF_EQUAL, 0, 1, TIOCLINUX);
        add(RETURN, 0, 0, RET_EPERM);
        add(LOAD_WORD, 0, 0, OFFSET_OF_NUMBER);
    }

    private static int ioctl(Architecture architecture) {
        return SyscallTable.numberOf(architecture, "ioctl").orElseThrow();
    }

    private void add(int code, int ifTrue, int ifFalse, long operand) {
        instructions.add(new long[] {code, ifTrue, ifFalse, operand});
    }

    private byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(8 * instructions.size()).order(ByteOrder.nativeOrder());
        for (long[] instruction : instructions) {
            bytes.putShort((short) instruction[0]);
            bytes.put((byte) instruction[1]).put((byte) instruction[2]);
            bytes.putInt((int) instruction[3]);
        }
        return bytes.array();
    }
}
