package io.github.seccompagent.linux.notify;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.libc.NativeBuffer;

/** One thread's memory for a notification and its response. It has the sizes that the running kernel wants. */
public final class NotificationBuffers {
    private static final Sizes SIZES = Sizes.ofThisKernel();

    final NativeBuffer notification = new NativeBuffer(SIZES.notification);
    final NativeBuffer response = new NativeBuffer(SIZES.response);
    final NativeBuffer scratch = new NativeBuffer(24);

    Notification read() {
        NativeBuffer b = notification;
        int number = b.getInt(16);
        Architecture architecture = Architecture.of(b.getInt(20), number);
        return new Notification(
                b.getLong(0),
                b.getInt(8),
                architecture,
                number,
                b.getLong(24),
                b.getLong(32),
                b.getLong(40),
                b.getLong(48),
                b.getLong(56),
                b.getLong(64),
                b.getLong(72));
    }

    private record Sizes(int notification, int response) {
        private static final int SECCOMP_GET_NOTIF_SIZES = 3;
        private static final int KNOWN_NOTIFICATION = 80;
        private static final int KNOWN_RESPONSE = 24;

        static Sizes ofThisKernel() {
            NativeBuffer sizes = new NativeBuffer(8);
            RawSyscalls.seccomp(SECCOMP_GET_NOTIF_SIZES, 0, sizes.address());
            int notification = Short.toUnsignedInt((short) sizes.getInt(0));
            int response = Short.toUnsignedInt((short) (sizes.getInt(0) >>> 16));
            return new Sizes(Math.max(notification, KNOWN_NOTIFICATION), Math.max(response, KNOWN_RESPONSE));
        }
    }
}
