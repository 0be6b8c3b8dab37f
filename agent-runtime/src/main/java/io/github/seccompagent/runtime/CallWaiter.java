package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.process.ThreadStat;
import java.util.concurrent.TimeUnit;

/**
 * A call that waits for a worker. For use by the thread that handles the call.
 *
 * <p>A file system such as FUSE does what it was asked for, although a signal came meanwhile. The kernel itself would
 * wait for it, and the caller would be told. So only an open is let go when a signal has come. Everything else is
 * let go when the caller's thread is gone.
 */
final class CallWaiter implements ExecutorWorker.Waiter {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20); // an age is exact to 10 ms

    private final WaitingCall call;
    private final BlockedCalls blocked;
    private final boolean mayWait;
    private final long begun = System.nanoTime();

    CallWaiter(WaitingCall call, BlockedCalls blocked, boolean mayWait) {
        this.call = call;
        this.blocked = blocked;
        this.mayWait = mayWait;
    }

    @Override
    public boolean isWaiting() {
        return call.isValid();
    }

    @Override
    public boolean wantsReply() {
        return isWaiting() || !mayWait && isThreadThere();
    }

    private boolean isThreadThere() {
        try {
            ThreadStat thread = ThreadStat.of(call.visibleThreadId());
            // One that is younger than the request has only the number.
            return !thread.hasEnded() && thread.age().toNanos() + TICK_NANOS >= System.nanoTime() - begun;
        } catch (ErrnoException gone) {
            return false;
        }
    }

    @Override
    public ExecutorWorker.Blocked beginBlocking(Runnable letGo) {
        ExecutorWorker.Blocked blocking = blocked.begin(call, () -> {
            if (!wantsReply()) {
                letGo.run();
            }
        });
        call.thread().setWaiting(mayWait);
        return () -> {
            blocking.close();
            call.thread().setWaiting(false);
        };
    }
}
