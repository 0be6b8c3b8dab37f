package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.libc.NativeBuffer;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import io.github.seccompagent.linux.syscall.Argument;
import io.github.seccompagent.linux.syscall.ArgumentValue;
import io.github.seccompagent.linux.syscall.Syscall;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A notification in a slot, and the call that it tells of. An input is the notification, and what the caller's memory
 * has where the call points.
 */
public final class NotificationFuzz {
    private static final int NOTIFICATION = 256; // its place in a slot
    private static final int SIZE = 80;
    private static final int PAGE = 4096;
    private static final int ARGUMENTS = 8;

    private NotificationFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) {
        byte[] bytes = Arrays.copyOf(data, SIZE);
        NotificationBuffers slot =
                new NotificationBuffers(new NativeBuffer(NotificationBuffers.SLOT).putBytes(NOTIFICATION, bytes));
        Notification notification = slot.read();
        checkFields(notification, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
        checkCall(notification, data.length <= SIZE ? new byte[0] : Arrays.copyOfRange(data, SIZE, data.length));
        assertThat(slot.id()).isEqualTo(notification.id());
        slot.clear();
        assertThat(slot.id()).isZero();
        assertThat(slot.read().threadId()).isZero();
    }

    private static void checkFields(Notification read, ByteBuffer bytes) {
        assertThat(read.id()).isEqualTo(bytes.getLong(0));
        assertThat(read.threadId()).isEqualTo(bytes.getInt(8));
        assertThat(read.number()).isEqualTo(bytes.getInt(16));
        assertThat(read.instructionPointer()).isEqualTo(bytes.getLong(24));
        for (int i = 0; i < 6; i++) {
            assertThat(read.argument(i)).isEqualTo(bytes.getLong(32 + 8 * i));
        }
        assertThat(read.repeats(read)).isTrue();
    }

    private static void checkCall(Notification notification, byte[] memory) {
        Architecture architecture = notification.architecture();
        Syscall syscall = SyscallTable.syscallOf(architecture, notification.number());
        assertThat(syscall.name()).isNotEmpty();
        if (architecture != null && !syscall.name().startsWith(SyscallTable.UNKNOWN)) {
            assertThat(SyscallTable.numberOf(architecture, syscall.name())).hasValue(notification.number());
        }
        int known = syscall.layout().arguments().size();
        for (int i = 0; i < Math.max(known, 6) && i < ARGUMENTS; i++) {
            Argument argument = syscall.layout().argument(i);
            if (argument instanceof Argument.Field field) {
                checkField(field, notification, memory);
            } else {
                ArgumentValue.of(argument, notification);
            }
        }
    }

    private static void checkField(Argument.Field field, Notification notification, byte[] memory) {
        try {
            CallerStructure structure =
                    CallerStructure.of(notification.argument(field.sizeRegister()), field.knownSize(), length -> {
                        assertThat(length).isBetween(field.knownSize(), PAGE);
                        return Arrays.copyOf(memory, length);
                    });
            byte[] read =
                    Arrays.copyOfRange(Arrays.copyOf(memory, PAGE), field.offset(), field.offset() + field.bytes());
            ByteBuffer expected = ByteBuffer.wrap(Arrays.copyOf(read, 8)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(structure.number(field.offset(), field.bytes())).isEqualTo(expected.getLong(0));
        } catch (ErrnoException e) {
            assertThat(e.errno()).isNotNull();
        }
    }
}
