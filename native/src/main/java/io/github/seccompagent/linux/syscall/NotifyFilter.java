package io.github.seccompagent.linux.syscall;

import static io.github.seccompagent.linux.syscall.Instructions.JUMP_IF_EQUAL;
import static io.github.seccompagent.linux.syscall.Instructions.LOAD_WORD;
import static io.github.seccompagent.linux.syscall.Instructions.OFFSET_OF_ARCH;
import static io.github.seccompagent.linux.syscall.Instructions.OFFSET_OF_NUMBER;
import static io.github.seccompagent.linux.syscall.Instructions.RETURN;
import static io.github.seccompagent.linux.syscall.Instructions.RET_ALLOW;
import static io.github.seccompagent.linux.syscall.Instructions.RET_USER_NOTIF;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Architecture;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * A seccomp filter that notifies some calls and allows all others, as struct sock_filter[]. It is made here, because
 * libseccomp refuses names that are newer than itself.
 */
public final class NotifyFilter {
    private static final int RET_EPERM = 0x00050001;
    private static final int OFFSET_OF_ARGUMENT_1 = 24;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;

    private final Instructions instructions = new Instructions();

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
        return filter.instructions.bytes();
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
        instructions.forArchitecture(architecture, () -> {
            add(LOAD_WORD, 0, 0, OFFSET_OF_NUMBER);
            for (int number : numbers) {
                add(JUMP_IF_EQUAL, 0, 1, number);
                add(RETURN, 0, 0, RET_USER_NOTIF);
            }
            for (int ioctl : ioctls) {
                refuseTerminalInput(ioctl);
            }
            add(RETURN, 0, 0, RET_ALLOW);
        });
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
        instructions.add(code, ifTrue, ifFalse, operand);
    }
}
