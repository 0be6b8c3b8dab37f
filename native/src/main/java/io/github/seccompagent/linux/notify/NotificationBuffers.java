package io.github.seccompagent.linux.notify;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.lang.invoke.VarHandle;

/**
 * One thread's memory for a notification and its response, as large as the running kernel wants them. What it has
 * received, and whether it has begun to do something for that, is in one slot. If the slot is in a file, it outlives
 * the process.
 */
public final class NotificationBuffers {
    /** The size of a slot. */
    public static final int SLOT = 512;

    // These places are the same in every version: see the journal.
    private static final int LISTENER = 0;
    private static final int BEGUN = 8;
    private static final int TRIES = 12;
    private static final int NOTIFICATION = 256;

    private static final Sizes SIZES = Sizes.ofThisKernel();

    private final NativeBuffer slot;
    final NativeBuffer notification;
    final NativeBuffer response = new NativeBuffer(SIZES.response);
    final NativeBuffer scratch = new NativeBuffer(24);

    /** With a slot that nobody else sees. */
    public NotificationBuffers() {
        this(new NativeBuffer(SLOT));
    }

    /** @param slot so large as {@link #SLOT} */
    public NotificationBuffers(NativeBuffer slot) {
        if (SIZES.notification > SLOT - NOTIFICATION) {
            throw new ErrnoException(Errno.ENOSPC, "this kernel's notifications do not fit into a slot");
        }
        this.slot = slot;
        notification = slot.part(NOTIFICATION, SIZES.notification);
    }

    /** Called before a notification is received: the number of the listener, which the slot has beside it. */
    public void setListener(int number) {
        slot.putLong(LISTENER, number);
    }

    /** The number of the listener that was set last. */
    public int listener() {
        return slot.getInt(LISTENER);
    }

    /** Called before anything is done for the call that must not be done again. */
    public void setBegun() {
        slot.putInt(BEGUN, 1);
        VarHandle.releaseFence(); // whoever finds the slot after this process was killed has to see it
    }

    /** Whether that was called for the call that was received last. */
    public boolean hasBegun() {
        return slot.getInt(BEGUN) != 0;
    }

    /** Called before a call is handled that a process before this one has left here. */
    public void countTry() {
        slot.putInt(TRIES, tries() + 1);
        VarHandle.releaseFence(); // as above
    }

    /** How often that was called for the call that was received last. */
    public int tries() {
        return slot.getInt(TRIES);
    }

    /** Forgets the tries: the call is left to the next process, and was not what has ended this one. */
    public void forgetTries() {
        slot.putInt(TRIES, 0);
    }

    /** The id of the notification that was received last, 0 if there is none. */
    public long id() {
        return notification.getLong(0);
    }

    /**
     * Nothing is received here any more. Called before a receive, for the kernel wants it empty, and when a slot is
     * found with what is over: else it could come to the same id as another slot does later. Without an id the rest of
     * the slot means nothing, so that goes first.
     */
    public void clear() {
        notification.putLong(0, 0);
        VarHandle.releaseFence();
        slot.putInt(BEGUN, 0);
        slot.putInt(TRIES, 0);
        notification.clear(8, notification.size() - 8);
    }

    /** The notification that was received last. */
    public Notification read() {
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
