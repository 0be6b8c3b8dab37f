package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.linux.ExecutorRequest;
import io.github.seccompagent.linux.ExecutorRequest.Operation;
import io.github.seccompagent.linux.ExecutorWorker.Reply;
import io.github.seccompagent.linux.FileIdentity;
import io.github.seccompagent.linux.Notification;
import io.github.seccompagent.linux.OpenFlags;
import io.github.seccompagent.linux.ThreadStat;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls on behalf whose answer the kernel refused, because a signal had come in between. With SA_RESTART the thread makes
 * the call again at once, and it is performed again. Where that fails just as the first one's effect makes it fail, and
 * the object is the very one that the first made, the first one's success is the answer. Safe for use by several threads.
 */
final class RestartedCalls {
    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX = 1024;
    private static final int RENAME_EXCHANGE = 2;

    private final Map<Integer, Effect> effects = new LinkedHashMap<>(); // guarded by this, by thread, the oldest first

    private final Set<Integer> atWork = new HashSet<>(); // guarded by this, threads for which something is done

    /**
     * What a call did.
     *
     * @param told whether the kernel took the answer, which does not quite prove that the caller got it
     */
    record Effect(
            Notification notification,
            ExecutorRequest request,
            Optional<FileIdentity> object,
            boolean told,
            long threadStart,
            long doneNanos) {

        /** Whether to do it again would undo it, or do it twice: an exchange of two names, a mount. */
        boolean mayNotBeRepeated() {
            return (request.operation() == Operation.MOUNT
                            && request.optionDescriptor().isEmpty()) // FUSE takes a descriptor only once
                    || (request.operation() == Operation.RENAME
                            && (request.numbers().get(0) & RENAME_EXCHANGE) != 0);
        }

        boolean tookOffMount() {
            return request.operation() == Operation.UMOUNT;
        }

        /** Whether it made a file and opened it: then its success is a descriptor, which only another open gives. */
        boolean madeFile() {
            return request.operation() == Operation.OPEN
                    && OpenFlags.onlyNew(request.numbers().get(0));
        }

        /** What tells whether its object is still where it put it. */
        ExecutorRequest lookAtObject() {
            List<TargetPath> paths = request.paths();
            return ExecutorRequest.lookAt(paths.get(paths.size() - 1), request.operation() == Operation.MOUNT);
        }

        /** Whether this is its object. */
        boolean isObject(Optional<FileIdentity> other) {
            return object.isPresent() && object.equals(other);
        }
    }

    /**
     * Waits until nothing is done any more for an earlier call of the thread: its worker may be at it still, although the
     * thread was interrupted and has made the call again.
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

    /** Lets the next one begin. */
    synchronized void end(int threadId) {
        atWork.remove(threadId);
        notifyAll();
    }

    /** Keeps the effect of a call that has just been answered, or refused its answer. */
    void remember(Notification notification, ExecutorRequest request, Optional<FileIdentity> object, boolean told) {
        long start = 0;
        try {
            start = told ? 0 : ThreadStat.of(notification.threadId()).start(); // what was told is only counted
        } catch (ErrnoException gone) {
            return;
        }
        long now = System.nanoTime();
        synchronized (this) {
            Iterator<Effect> oldest = effects.values().iterator();
            while (oldest.hasNext()) {
                if (now - oldest.next().doneNanos < AT_ONCE_NANOS && effects.size() < MAX) {
                    break;
                }
                oldest.remove();
            }
            effects.put(notification.threadId(), new Effect(notification, request, object, told, start, now));
        }
    }

    synchronized boolean hasEffectOf(int threadId) {
        return effects.containsKey(threadId);
    }

    /**
     * What an earlier call did that this one repeats, if there is such. Whatever a thread does next, the effect of its
     * earlier call is forgotten by that.
     */
    @Nullable Effect take(Notification notification, ExecutorRequest request) {
        Effect earlier;
        synchronized (this) {
            earlier = effects.isEmpty() ? null : effects.remove(notification.threadId());
        }
        if (earlier == null
                || System.nanoTime() - earlier.doneNanos > AT_ONCE_NANOS
                || !notification.repeats(earlier.notification)
                || !request.asksTheSame(earlier.request)) {
            return null;
        }
        try {
            boolean same =
                    earlier.told || ThreadStat.of(notification.threadId()).start() == earlier.threadStart;
            return same ? earlier : null;
        } catch (ErrnoException gone) {
            return null;
        }
    }

    /** Whether a call failed just because the earlier one had done what it asks for. */
    static boolean explains(Effect earlier, Reply failed) {
        return switch (earlier.request.operation()) {
            case MKDIR, MKNOD, SYMLINK, LINK, SETXATTR ->
                failed.errno() == Errno.EEXIST && earlier.isObject(failed.object());
            case RENAME -> failed.errno() == Errno.ENOENT && earlier.isObject(failed.object());
            case REMOVEXATTR -> failed.errno() == Errno.ENODATA && earlier.isObject(failed.object());
            case UNLINK -> failed.errno() == Errno.ENOENT;
            case MOUNT -> failed.errno() == Errno.EINVAL;
            case UMOUNT -> failed.error() == 0 || failed.errno() == Errno.EINVAL; // no mount, or none that is granted
            default -> false;
        };
    }
}
