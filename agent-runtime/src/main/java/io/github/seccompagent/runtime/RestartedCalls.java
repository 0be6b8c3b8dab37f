package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.process.ThreadStat;
import io.github.seccompagent.runtime.KeptEffects.Kept;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls on behalf whose answer the kernel refused, because a signal came in between. With SA_RESTART the thread makes
 * the call again at once, and the call is performed again. It may fail just because of what the first call did. If the
 * object is the very one that the first call made, the first call's success is the answer. A container cannot make the
 * agent forget the calls of another, however many calls it makes. The next agent knows them too. Safe for use by
 * several threads.
 */
final class RestartedCalls implements AutoCloseable {
    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RESTORE_NANOS = TimeUnit.SECONDS.toNanos(30); // as long as a keeper waits for an agent
    private static final int MAX_OF_ACCOUNT = 1024;
    private static final int MAX = 8 * MAX_OF_ACCOUNT;

    // Keys: the account, then the thread; the oldest first. Guarded by this, like all fields below.
    private final Map<String, LinkedHashMap<Integer, Answered>> effects = new HashMap<>();

    private int size;

    private final KeptEffects kept;
    private final Map<Integer, List<Left>> left = new HashMap<>(); // by listener
    private final Set<Worked> atWork = new HashSet<>(); // threads for which something is being done

    /**
     * An effect and its answer.
     *
     * @param delivered whether the kernel took the answer; that does not quite prove that the caller got it
     * @param untilNanos until when the call counts as made again at once
     * @param place where it is kept
     */
    record Answered(
            Effect effect, Notification notification, boolean delivered, long threadStart, long untilNanos, int place) {
        private boolean isPast(long now) {
            return now - untilNanos > 0;
        }
    }

    /** A thread of an account: what one container keeps from ending must not reach a later thread of another one. */
    private record Worked(String account, int thread) {}

    /** What an agent before has left. */
    private record Left(int place, Kept effect) {}

    /** @param kept owned by this from now on */
    RestartedCalls(KeptEffects kept) {
        this.kept = kept;
        long now = System.nanoTime();
        kept.load().forEach((place, effect) -> {
            if (effect.doneNanos() <= now && effect.doneNanos() > now - RESTORE_NANOS) {
                left.computeIfAbsent(effect.listener(), any -> new ArrayList<>())
                        .add(new Left(place, effect));
            } else {
                kept.remove(place);
            }
        });
    }

    /**
     * Waits until nothing is done any more for an earlier call of the thread. A signal may have interrupted the thread,
     * which makes the call again while the worker of the first call still runs.
     */
    synchronized void begin(String account, int threadId) {
        boolean interrupted = false;
        while (!atWork.add(new Worked(account, threadId))) {
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
    synchronized void end(String account, int threadId) {
        atWork.remove(new Worked(account, threadId));
        notifyAll();
    }

    /** Keeps the effect of a call that was just answered, or whose answer the kernel refused. */
    void remember(WaitingCall call, Effect effect, boolean delivered) {
        remember(call.account(), call.thread().buffers.listener(), call.notification(), effect, delivered);
    }

    void remember(String account, int listener, Notification notification, Effect effect, boolean delivered) {
        long now = System.nanoTime();
        if (delivered) { // it is only counted, and not kept
            put(account, new Answered(effect, notification, true, 0, now + AT_ONCE_NANOS, KeptEffects.NOWHERE), now);
            return;
        }
        try {
            long start = ThreadStat.of(notification.threadId()).start();
            keep(account, KeptEffects.NOWHERE, new Kept(listener, notification, effect, start, now), AT_ONCE_NANOS);
        } catch (ErrnoException gone) {
            // nobody makes it again
        }
    }

    private synchronized void keep(String account, int place, Kept effect, long nanos) {
        long now = effect.doneNanos();
        int written = kept.write(place, effect);
        put(
                account,
                new Answered(effect.effect(), effect.notification(), false, effect.threadStart(), now + nanos, written),
                now);
    }

    /**
     * Takes over the effects of agents before for calls of a listener, before it is served. The time without an agent
     * does not count: who made a call again at once has waited since.
     */
    synchronized void restore(int listener, String account) {
        List<Left> those = left.remove(listener);
        if (those == null) {
            return;
        }
        long now = System.nanoTime();
        those.sort(Comparator.comparingLong(each -> each.effect.doneNanos())); // the last one of a thread counts
        those.forEach(each -> keep(account, each.place, each.effect.doneAt(now), RESTORE_NANOS));
    }

    /** Takes over what an agent before has done for a call that is over. It may have kept that, or something later. */
    synchronized void restore(String account, int listener, Notification notification, Effect effect) {
        if (!hasEffectOf(account, notification.threadId())) {
            try {
                long start = ThreadStat.of(notification.threadId()).start();
                Kept done = new Kept(listener, notification, effect, start, System.nanoTime());
                keep(account, KeptEffects.NOWHERE, done, RESTORE_NANOS);
            } catch (ErrnoException gone) {
                // nobody makes it again
            }
        }
    }

    /** Those that are left are of listeners that are gone. */
    synchronized void forgetLeft() {
        left.values().forEach(those -> those.forEach(each -> kept.remove(each.place)));
        left.clear();
    }

    private synchronized void put(String account, Answered answered, long now) {
        LinkedHashMap<Integer, Answered> own = effects.computeIfAbsent(account, name -> new LinkedHashMap<>());
        removeOldest(own, now, MAX_OF_ACCOUNT - 1);
        if (size >= MAX) {
            effects.values().forEach(each -> removeOldest(each, now, MAX_OF_ACCOUNT));
            effects.entrySet()
                    .removeIf(each ->
                            !each.getKey().equals(account) && each.getValue().isEmpty());
        }
        if (size >= MAX) {
            LinkedHashMap<Integer, Answered> largest = largest();
            removeOldest(largest, now, largest.size() - 1);
        }
        Answered before = own.remove(answered.notification.threadId());
        if (before == null) {
            size++;
        } else {
            kept.remove(before.place);
        }
        own.put(answered.notification.threadId(), answered); // behind all others
    }

    private LinkedHashMap<Integer, Answered> largest() {
        return effects.values().stream()
                .max((a, b) -> Integer.compare(a.size(), b.size()))
                .orElseThrow();
    }

    /** Removes old entries, and then more until no more than {@code most} are left. */
    private void removeOldest(LinkedHashMap<Integer, Answered> of, long now, int most) {
        Iterator<Answered> all = of.values().iterator();
        while (all.hasNext()) {
            Answered oldest = all.next();
            if (!oldest.isPast(now) && of.size() <= most) {
                return;
            }
            all.remove();
            kept.remove(oldest.place);
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
     * forget the effect of the earlier one. The effect stays kept until {@link #forget}: if the agent is killed before,
     * the next one has to decide the same about this call.
     */
    @Nullable Answered take(String account, Notification notification, HelperRequest request) {
        Answered earlier = remove(account, notification.threadId());
        Answered taken = isRepeated(earlier, notification, request) ? earlier : null;
        if (earlier != null && taken == null) {
            forget(earlier);
        }
        return taken;
    }

    /** Called when the call is over that has taken it. */
    synchronized void forget(Answered taken) {
        kept.remove(taken.place);
    }

    private static boolean isRepeated(@Nullable Answered earlier, Notification notification, HelperRequest request) {
        if (earlier == null
                || earlier.isPast(System.nanoTime())
                || !notification.repeats(earlier.notification)
                || !earlier.effect.wasAsked(request)) {
            return false;
        }
        try {
            return earlier.delivered || ThreadStat.of(notification.threadId()).start() == earlier.threadStart;
        } catch (ErrnoException gone) {
            return false;
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

    /** Nothing is kept from now on. What is kept stays. */
    @Override
    public void close() {
        kept.close();
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
