package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.process.ThreadStat;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls on behalf whose answer the kernel refused, because a signal came in between. With SA_RESTART the thread makes
 * the call again at once, and the call is performed again. It may fail just because of what the first call did. If the
 * object is the very one that the first call made, the first call's success is the answer. A container cannot make the
 * agent forget the calls of another, however many calls it makes. Safe for use by several threads.
 */
final class RestartedCalls {
    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_OF_ACCOUNT = 1024;
    private static final int MAX = 8 * MAX_OF_ACCOUNT;

    // Keys: the account, then the thread; the oldest first. Guarded by this, like all fields below.
    private final Map<String, LinkedHashMap<Integer, Answered>> effects = new HashMap<>();

    private int size;

    private final Set<Integer> atWork = new HashSet<>(); // threads for which something is being done

    /**
     * An effect and its answer.
     *
     * @param delivered whether the kernel took the answer; that does not quite prove that the caller got it
     */
    record Answered(Effect effect, Notification notification, boolean delivered, long threadStart, long doneNanos) {
        private boolean isPast(long now) {
            return now - doneNanos > AT_ONCE_NANOS;
        }
    }

    /**
     * Waits until nothing is done any more for an earlier call of the thread. A signal may have interrupted the thread,
     * which makes the call again while the worker of the first call still runs.
     */
    synchronized void begin(int threadId) {
        boolean interrupted = false;
        while (!atWork.add(threadId)) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the next call of the thread begin. */
    synchronized void end(int threadId) {
        atWork.remove(threadId);
        notifyAll();
    }

    /** Keeps the effect of a call that was just answered, or whose answer the kernel refused. */
    void remember(String account, Notification notification, Effect effect, boolean delivered) {
        long start = 0;
        try {
            start = delivered ? 0 : ThreadStat.of(notification.threadId()).start(); // a delivered one is only counted
        } catch (ErrnoException gone) {
            return;
        }
        put(account, new Answered(effect, notification, delivered, start, System.nanoTime()));
    }

    private synchronized void put(String account, Answered answered) {
        LinkedHashMap<Integer, Answered> own = effects.computeIfAbsent(account, name -> new LinkedHashMap<>());
        removeOldest(own, answered.doneNanos, MAX_OF_ACCOUNT - 1);
        if (size >= MAX) {
            effects.values().forEach(each -> removeOldest(each, answered.doneNanos, MAX_OF_ACCOUNT));
            effects.entrySet()
                    .removeIf(each ->
                            !each.getKey().equals(account) && each.getValue().isEmpty());
        }
        if (size >= MAX) {
            LinkedHashMap<Integer, Answered> largest = largest();
            removeOldest(largest, answered.doneNanos, largest.size() - 1);
        }
        size += own.remove(answered.notification.threadId()) == null ? 1 : 0;
        own.put(answered.notification.threadId(), answered); // behind all others
    }

    private LinkedHashMap<Integer, Answered> largest() {
        return effects.values().stream()
                .max((a, b) -> Integer.compare(a.size(), b.size()))
                .orElseThrow();
    }

    /** Removes old entries, and then more until no more than {@code most} are left. */
    private void removeOldest(LinkedHashMap<Integer, Answered> of, long now, int most) {
        Iterator<Answered> oldest = of.values().iterator();
        while (oldest.hasNext() && (oldest.next().isPast(now) || of.size() > most)) {
            oldest.remove();
            size--;
        }
    }

    /** How many effects are kept. */
    synchronized int size() {
        return size;
    }

    synchronized boolean hasEffectOf(String account, int threadId) {
        return effects.getOrDefault(account, new LinkedHashMap<>(0)).containsKey(threadId);
    }

    /**
     * What an earlier call did, if this call repeats it. The next call of a thread, whatever it is, makes the agent
     * forget the effect of the earlier one.
     */
    @Nullable Answered take(String account, Notification notification, HelperRequest request) {
        Answered earlier = remove(account, notification.threadId());
        if (earlier == null
                || earlier.isPast(System.nanoTime())
                || !notification.repeats(earlier.notification)
                || request.fingerprint() != earlier.effect.asked()) {
            return null;
        }
        try {
            boolean same =
                    earlier.delivered || ThreadStat.of(notification.threadId()).start() == earlier.threadStart;
            return same ? earlier : null;
        } catch (ErrnoException gone) {
            return null;
        }
    }

    private synchronized @Nullable Answered remove(String account, int threadId) {
        LinkedHashMap<Integer, Answered> own = effects.get(account);
        Answered removed = own == null ? null : own.remove(threadId);
        if (own != null && own.isEmpty()) {
            effects.remove(account);
        }
        size -= removed == null ? 0 : 1;
        return removed;
    }

    /** Whether a call failed only because the earlier call had done what both ask for. */
    static boolean explains(Effect earlier, HelperRequest request, Reply failed) {
        return switch (request.operation()) {
            case MKDIR, MKNOD, SYMLINK, LINK, SETXATTR ->
                failed.errno() == Errno.EEXIST && earlier.isObject(failed.object());
            case RENAME -> failed.errno() == Errno.ENOENT && earlier.isObject(failed.object());
            case REMOVEXATTR -> failed.errno() == Errno.ENODATA && earlier.isObject(failed.object());
            case UNLINK -> failed.errno() == Errno.ENOENT;
            case MOUNT -> failed.errno() == Errno.EINVAL;
            case UMOUNT -> failed.error() == 0 || failed.errno() == Errno.EINVAL; // no mount, or none that was granted
            default -> false;
        };
    }
}
