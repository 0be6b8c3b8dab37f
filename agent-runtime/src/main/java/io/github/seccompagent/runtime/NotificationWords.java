package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.notify.Notification;
import org.jspecify.annotations.Nullable;

/** A notification as some words of a kept table. */
final class NotificationWords {
    static final int COUNT = 10;

    private NotificationWords() {}

    /** Writes it to the words from {@code at} on. */
    static void put(Notification notification, long[] words, int at) {
        @Nullable Architecture architecture = notification.architecture();
        long auditArch = architecture == null ? 0 : Integer.toUnsignedLong(architecture.auditArch());
        words[at] = notification.id();
        words[at + 1] = auditArch << 32 | Integer.toUnsignedLong(notification.threadId());
        words[at + 2] = notification.number();
        words[at + 3] = notification.instructionPointer();
        for (int register = 0; register < 6; register++) {
            words[at + 4 + register] = notification.argument(register);
        }
    }

    static Notification get(long[] words, int at) {
        int number = (int) words[at + 2];
        return new Notification(
                words[at],
                (int) words[at + 1],
                Architecture.of((int) (words[at + 1] >>> 32), number),
                number,
                words[at + 3],
                words[at + 4],
                words[at + 5],
                words[at + 6],
                words[at + 7],
                words[at + 8],
                words[at + 9]);
    }
}
