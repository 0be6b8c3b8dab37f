package io.github.seccompagent.linux.notify;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fd.RawSyscalls;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * One thread's memory for a notification and its response, as large as the running kernel wants them. What it has
 * received, and what it has begun to do for that, is in one slot. If the slot is in a file, it outlives the process.
 */
public final class NotificationBuffers {
    /** The size of a slot. */
    public static final int SLOT = 512;

    // These places are the same in every version: see the journal.
    private static final int LISTENER = 0;
    private static final int BEGUN = 8;
    private static final int TRIES = 12;
    private static final int DELAYED_THREAD = 16;
    private static final int DELAYED_SINCE = 24;
    private static final int WORKERS = 32; // pairs: the number of a worker, and the fingerprint of its request
    private static final int PAIR = 16;
    private static final int NOTIFICATION = 256;

    /** How many workers a slot can name. */
    public static final int MAX_WORKERS = 8;

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

    long slotAddress() {
        return slot.address();
    }

    /** Called before a notification is received: the number of the listener, which the slot has beside it. */
    public void setListener(int number) {
        slot.putLong(LISTENER, number);
    }

    /** The number of the listener that was set last. */
    public int listener() {
        return slot.getInt(LISTENER);
    }

    /**
     * Called before a worker is asked to do something for the call.
     *
     * @param index how many were asked before for this call; less than {@link #MAX_WORKERS}
     * @param number the worker's number, which is not 0
     */
    public void setWorker(int index, long number, long fingerprint) {
        slot.putLong(WORKERS + index * PAIR + 8, fingerprint);
        VarHandle.releaseFence(); // with a number the pair counts
        slot.putLong(WORKERS + index * PAIR, number);
        VarHandle.releaseFence(); // whoever finds the slot after this process was killed has to see it
    }

    /** The number of the worker that was asked for something after so many others; 0 if there is none. */
    public long worker(int index) {
        return index < MAX_WORKERS ? slot.getLong(WORKERS + index * PAIR) : 0;
    }

    /** What that worker was asked for. */
    public long fingerprint(int index) {
        return slot.getLong(WORKERS + index * PAIR + 8);
    }

    /** All workers that were asked for something for the call that was received last. */
    public List<Long> workers() {
        List<Long> workers = new ArrayList<>();
        for (int i = 0; worker(i) != 0; i++) {
            workers.add(worker(i));
        }
        return workers;
    }

    /** Forgets them, the last one first: so no later one is there without those before it. */
    public void forgetWorkers() {
        int count = 0;
        while (worker(count) != 0) {
            count++;
        }
        while (count > 0) {
            slot.putLong(WORKERS + --count * PAIR, 0);
        }
    }

    /** Called before anything is done for the call that must not be done again, and that no worker does. */
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

    /**
     * Called when a call begins to be delayed, or goes on with a delay.
     *
     * @param threadStart of the calling thread
     * @param since any number but 0
     */
    public void setDelay(long threadStart, long since) {
        slot.putLong(DELAYED_SINCE, 0);
        VarHandle.releaseFence(); // whoever finds the slot takes nothing for one that is half written
        slot.putLong(DELAYED_THREAD, threadStart);
        VarHandle.releaseFence();
        slot.putLong(DELAYED_SINCE, since);
    }

    /** What was set last for the call that was received last; 0 if nothing. */
    public long delayedSince() {
        return slot.getLong(DELAYED_SINCE);
    }

    /** What was set with it. */
    public long delayedThreadStart() {
        return slot.getLong(DELAYED_THREAD);
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
        forgetWorkers();
        slot.putInt(BEGUN, 0);
        slot.putInt(TRIES, 0);
        slot.putLong(DELAYED_SINCE, 0);
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
