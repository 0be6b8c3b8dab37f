package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.linux.helper.AdoptedCaller;
import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.helper.LeavingWorkers;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import io.github.seccompagent.linux.process.ThreadFolder;
import io.github.seccompagent.linux.process.ThreadStatus;
import io.github.seccompagent.runtime.StayingWorkers.Staying;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A call that waits for its answer: who made it, where it waits, and whether it still waits. */
final class WaitingCall implements FoundPaths.Caller {
    private static final int LARGE_GROUPS = 4 * 1024;
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long MAX_LEAVING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Listener listener;
    private final ServedContainer container;
    private final Notification notification;
    private final String syscall;
    private final LoopThread thread;
    private final Account account;
    private final Workplaces workplaces;
    private final LargePlace large;
    private @Nullable ThreadFolder folder; // once the thread is looked at
    private boolean folderHasStayed; // since an earlier call
    private @Nullable ThreadStatus caller;
    private @Nullable String userNamespace;
    private boolean over;

    WaitingCall(
            Listener listener,
            ServedContainer container,
            Notification notification,
            String syscall,
            LoopThread thread,
            Account account,
            Workplaces workplaces) {
        this.listener = listener;
        this.container = container;
        this.notification = notification;
        this.syscall = syscall;
        this.thread = thread;
        this.account = account;
        this.workplaces = workplaces;
        large = new LargePlace(account.large());
    }

    /** Where it waits. */
    Listener listener() {
        return listener;
    }

    Notification notification() {
        return notification;
    }

    /** The name of the syscall. */
    String syscall() {
        return syscall;
    }

    ServedContainer container() {
        return container;
    }

    /** {@link ServedContainer#account}. */
    String account() {
        return container.account();
    }

    /** The workers of its account that were killed and have not ended. */
    LeavingWorkers leaving() {
        return account.leaving();
    }

    /** The user whose container it is; empty if an administrator handed over the container. */
    OptionalInt user() {
        return container.owner();
    }

    /** The thread that handles it. */
    LoopThread thread() {
        return thread;
    }

    /** The thread that made it; 0 if it is outside of the agent's pid namespace. */
    int threadId() {
        return notification.threadId();
    }

    /**
     * The thread that made it, if the agent can see it.
     *
     * @throws ErrnoException EIO if the thread is outside of the agent's pid namespace; nothing can be done for it then
     */
    @Override
    public int visibleThreadId() {
        if (threadId() == 0) {
            throw new ErrnoException(Errno.EIO, "the caller is not visible in the agent's pid namespace");
        }
        return threadId();
    }

    /** Whether the call still waits. */
    boolean isValid() {
        return isValid(thread.buffers);
    }

    /** Does the same for another thread, with its own buffers, while this one handles the call. */
    boolean isValid(NotificationBuffers itsBuffers) {
        return listener.isValid(itsBuffers, notification.id());
    }

    /**
     * Call it after something was opened or read through the thread's id, and before that is trusted.
     *
     * @throws ErrnoException ESRCH if the id may be another thread's by now; nobody waits for the answer then
     */
    @Override
    public void requireValid() {
        if (!isValid()) {
            throw new ErrnoException(Errno.ESRCH, "the call went away");
        }
    }

    /**
     * Waits while the calling thread may be leaving the call, since a signal or a freeze has woken it. Until it has
     * left, the kernel takes an answer that the thread never gets. Call this before an answer whose loss would make
     * something happen twice.
     */
    void awaitSleep() {
        long end = System.nanoTime() + MAX_LEAVING_NANOS;
        try {
            while (folder().runs() && isValid() && System.nanoTime() < end) {
                LockSupport.parkNanos(this, LOOK_NANOS);
            }
        } catch (ErrnoException gone) {
            // the thread is gone, and so is the call
        }
    }

    /**
     * Sends its answer.
     *
     * @return whether the call still waited for it
     * @throws ErrnoException if the kernel refuses the answer
     */
    boolean send(NotificationBuffers buffers, Response response) {
        return listener.send(buffers, notification.id(), response);
    }

    /**
     * The folder of the calling thread in procfs. The caller of this method does not close it.
     *
     * @throws ErrnoException ESRCH if the call is over: nobody would close the folder
     */
    ThreadFolder folder() {
        ThreadFolder known = folder;
        if (known == null) {
            if (over) {
                throw new ErrnoException(Errno.ESRCH, "the call is over");
            }
            known = ThreadFolder.of(visibleThreadId());
            folder = known;
        }
        return known;
    }

    private void closeFolder() {
        ThreadFolder known = folder;
        if (known != null) {
            known.close();
        }
        folder = null;
        folderHasStayed = false;
    }

    /** Takes over the folder that has stayed since an earlier call of a thread with this id. */
    void useFolder(ThreadFolder stayed) {
        if (folder != null) {
            stayed.close();
            return;
        }
        folder = stayed;
        folderHasStayed = true;
    }

    /** The status of the calling thread as it waits. */
    ThreadStatus caller() {
        ThreadStatus known = caller;
        while (known == null) {
            known = readCaller();
            if (known == null) {
                takeLargePlace();
            }
        }
        caller = known;
        return known;
    }

    /** Reads the caller. Null if there is no room for it now; nothing is kept of it then. */
    private @Nullable ThreadStatus readCaller() {
        beginWork(); // a caller may have tens of thousands of groups, which take long to read
        ThreadStatus read = readStatus();
        requireValid();
        boolean hasRoom = read.groups().size() <= LARGE_GROUPS || large.tryTake();
        return hasRoom ? read : null;
    }

    private ThreadStatus readStatus() {
        try {
            return folder().status();
        } catch (ErrnoException e) {
            if (!folderHasStayed) {
                throw e;
            }
            closeFolder(); // that thread is gone, and this one has its id
            return folder().status();
        }
    }

    /**
     * The name of the calling thread's user namespace.
     *
     * @throws ErrnoException as {@link #requireValid}
     */
    String userNamespace() {
        String known = userNamespace;
        if (known == null) {
            caller(); // first: the folder may not be this thread's
            known = folder().userNamespace();
            requireValid();
            userNamespace = known;
        }
        return known;
    }

    /** Call it before a lot of memory is kept for the call. Waits until its account has few enough other such calls. */
    void takeLargePlace() {
        if (large.tryTake()) {
            return;
        }
        thread.endWork();
        try {
            large.await(this::requireValid);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ErrnoException(Errno.ESRCH, "the call was answered meanwhile");
        }
    }

    /** Call it before anything that keeps a processor busy for longer than a plain answer. */
    @Override
    public void beginWork() {
        thread.beginWork(workplaces);
    }

    /**
     * Whether a worker that stays may make a call for the thread. It is outside of the mount namespace of the thread,
     * so it removes and renames no mount points. Until the call is made another thread may mount on such a name. Then
     * the new mount is taken off, as if the call came from another mount namespace.
     */
    boolean mayStay(HelperRequest request) {
        List<TargetPath> removed = request.removed();
        return request.mayStay()
                && (removed.isEmpty()
                        || !folder().mayHaveMountPoint(
                                        removed.get(0).name().bytes(),
                                        removed.get(removed.size() - 1).name().bytes()));
    }

    /**
     * Opens what a worker needs to become the caller and to give it what it asks for. The caller of this method checks
     * afterwards that the call is still valid.
     */
    AdoptedCaller adopt(HelperRequest request) {
        ThreadStatus status = caller(); // first: the folder may not be this thread's
        boolean mayStay = account.frequent().count(threadId())
                && container.home().mayBeKeptFor(status.threadGroupId())
                && mayStay(request);
        AdoptedCaller adopted =
                AdoptedCaller.open(folder(), status, mayStay, request).waitingAt(listener);
        if (adopted.place().filter(container.home()::is).isPresent()) {
            adopted.letWorkerStay();
        }
        return adopted;
    }

    /** Does the same for a worker that has become the caller before. */
    AdoptedCaller adoptAgain(HelperRequest request) {
        ThreadStatus status = caller(); // first: the folder may not be this thread's
        return AdoptedCaller.openAgain(folder(), status, request).waitingAt(listener);
    }

    /** Keeps a worker for the next call of the thread, and the thread's folder with it. */
    void keep(StayingWorkers staying, ExecutorWorker worker) {
        ThreadFolder kept = folder();
        folder = null;
        staying.keep(new Staying(listener, worker, kept, account));
    }

    /** Call it when the call is over. */
    void end() {
        over = true;
        closeFolder();
        large.release();
    }

    @Override
    public String toString() {
        return syscall + " of thread " + threadId() + " in container " + container.id();
    }
}
