package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.AdoptedCaller;
import io.github.seccompagent.linux.Argument;
import io.github.seccompagent.linux.ArgumentValue;
import io.github.seccompagent.linux.CallingThread;
import io.github.seccompagent.linux.Executor;
import io.github.seccompagent.linux.ExecutorWorker;
import io.github.seccompagent.linux.HelperRequest;
import io.github.seccompagent.linux.KnownProcess;
import io.github.seccompagent.linux.Listener;
import io.github.seccompagent.linux.NewerCalls;
import io.github.seccompagent.linux.Notification;
import io.github.seccompagent.linux.NotificationBuffers;
import io.github.seccompagent.linux.OpenFiles;
import io.github.seccompagent.linux.Syscall;
import io.github.seccompagent.linux.TargetMemory;
import io.github.seccompagent.linux.ThreadStat;
import io.github.seccompagent.linux.ThreadStatus;
import io.github.seccompagent.linux.UserNamespace;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A notification as its handler sees it. */
final class HandledCall implements NotifiedCall {
    private static final long WAIT_FOR_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long MAX_WAIT_FOR_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Of a call with more than that so few are handled at a time of an account that they cannot fill the memory. */
    private static final int LARGE_BYTES = 16 * 1024;

    private static final int LARGE_GROUPS = LARGE_BYTES / 4;
    private static final long LOOK_MILLIS = 500;

    private final Listener listener;
    private final ServedContainer container;
    private final Notification notification;
    private final Syscall syscall;
    private final LoopThread thread;
    private final Account account;
    private final CallServices services;
    private Map<Integer, TargetString> copied = Map.of(); // until there is one, as with most calls
    private @Nullable CallerStructure structure; // no call has two
    private @Nullable CallingThread caller;
    private @Nullable ExecutorWorker worker; // the last one that did something
    private boolean isLarge;
    private boolean over;
    private @Nullable KnownProcess freezes; // this thread, once it has the container frozen
    private @Nullable Credentials credentials;
    private @Nullable RestartedCalls restarted; // once something is done on behalf
    private @Nullable Effect effect; // once there is one

    HandledCall(
            Listener listener,
            ServedContainer container,
            Notification notification,
            Syscall syscall,
            LoopThread thread,
            Account account,
            CallServices services) {
        this.listener = listener;
        this.container = container;
        this.notification = notification;
        this.syscall = syscall;
        this.thread = thread;
        this.account = account;
        this.services = services;
    }

    @Override
    public long id() {
        return notification.id();
    }

    @Override
    public String syscall() {
        return syscall.name();
    }

    @Override
    public String family() {
        return syscall.family();
    }

    @Override
    public int threadId() {
        return notification.threadId();
    }

    @Override
    public ContainerProcessState container() {
        return container.state();
    }

    @Override
    public String account() {
        return container.account();
    }

    /** {@link ServedContainer#id}. */
    String containerId() {
        return container.id();
    }

    @Override
    public long argument(int index) {
        Argument argument = syscall.layout().argument(index);
        return argument instanceof Argument.Field field
                ? structure(field).number(field.offset(), field.bytes())
                : ArgumentValue.of(argument, notification);
    }

    private CallerStructure structure(Argument.Field field) {
        CallerStructure known = structure;
        if (known == null) {
            long size = notification.argument(field.sizeRegister());
            known = CallerStructure.of(
                    size, field.knownSize(), length -> memory(notification.argument(field.pointerRegister()), length));
            structure = known;
        }
        return known;
    }

    @Override
    public TargetPath path(int index) {
        Argument argument = syscall.layout().argument(index);
        if (argument instanceof Argument.OpenFile file) {
            int fd = (int) notification.argument(file.register());
            OpenFiles.requireUsable(visibleThreadId(), fd);
            requireValid();
            return new TargetPath(fd, TargetString.of());
        }
        if (argument instanceof Argument.OptionalPath path) {
            int directory = (int) notification.argument(path.directoryRegister());
            boolean mayBeEmpty = (notification.argument(path.flagsRegister()) & OnBehalf.AT_EMPTY_PATH) != 0;
            boolean none = mayBeEmpty && notification.argument(path.register()) == 0;
            return new TargetPath(directory, none ? TargetString.of() : copy(index, Errno.ENAMETOOLONG));
        }
        int directory = argument instanceof Argument.Path path && path.directoryRegister() != Argument.NO_DIRECTORY
                ? (int) notification.argument(path.directoryRegister())
                : TargetPath.AT_FDCWD;
        return new TargetPath(directory, copy(index, Errno.ENAMETOOLONG));
    }

    @Override
    public @Nullable TargetString string(int index) {
        return argument(index) == 0 ? null : copy(index, Errno.EINVAL);
    }

    @Override
    public byte[] bytes(int index, int length) {
        return memory(argument(index), length);
    }

    @Override
    public byte @Nullable [] page(int index) {
        long address = argument(index);
        if (address == 0) {
            return null;
        }
        byte[] bytes = thread.memory.readPage(visibleThreadId(), address);
        requireValid();
        return bytes;
    }

    /** Copies from the caller's memory, and makes sure that it was the caller's. */
    private byte[] memory(long address, int length) {
        if (length > LARGE_BYTES) {
            becomesLarge();
        }
        byte[] bytes = thread.memory.readBytes(visibleThreadId(), address, length);
        requireValid();
        return bytes;
    }

    private TargetString copy(int index, Errno tooLong) {
        TargetString known = copied.get(index);
        if (known != null) {
            return known;
        }
        TargetString string =
                thread.memory.readString(visibleThreadId(), argument(index), TargetMemory.PATH_MAX, tooLong);
        requireValid();
        if (copied.isEmpty()) {
            copied = new HashMap<>(4);
        }
        copied.put(index, string);
        return string;
    }

    @Override
    public Credentials credentials() {
        Credentials known = credentials;
        if (known == null) {
            CallingThread caller = caller();
            ThreadStatus status = caller.status();
            boolean root = caller.userNamespace().equals(container.userNamespace())
                    && UserNamespace.isRoot(caller, status.user().effective());
            requireValid();
            known = new Credentials(status.user(), status.group(), status.effectiveCapabilities(), root);
            credentials = known;
        }
        return known;
    }

    @Override
    public void delay(Duration time) throws InterruptedException {
        services.delays().await(this, first -> first + time.toNanos());
    }

    @Override
    public void awaitAge(Duration age) throws InterruptedException {
        Duration left = age.minus(ThreadStat.of(visibleThreadId()).age());
        requireValid();
        services.delays().await(this, first -> System.nanoTime() + left.toNanos());
    }

    @Override
    public void killContainer() {
        int threadId = visibleThreadId(); // otherwise the first process would be another one too
        counted(() -> {
            container.requireContains(threadId);
            requireValid();
            container.kill();
        });
    }

    @Override
    public void freezeContainer() {
        KnownProcess thread = KnownProcess.of(visibleThreadId());
        counted(() -> {
            container.requireContains(thread.id());
            requireValid(); // a call that went away asks for nothing any more
            freezes = thread;
            container.freezer().freezeFor(thread, notification);
        });
    }

    /** The user whose container it is, if it is not an administrator's. */
    OptionalInt user() {
        return container.onlyOf();
    }

    private void counted(Runnable action) {
        try {
            action.run();
        } catch (ErrnoException e) {
            services.counters().increment(Counter.ACTION_ERRORS);
            throw e;
        }
    }

    @Override
    public OnBehalf onBehalf() {
        if (NewerCalls.isMissing(syscall.name())) {
            throw new ErrnoException(Errno.ENOSYS, syscall.name());
        }
        return new TargetCalls(this, services.onBehalf(), services.mounts());
    }

    /**
     * The thread's id.
     *
     * @throws ErrnoException EIO if the thread is outside of the agent's pid namespace, so that nothing can be done for it
     */
    int visibleThreadId() {
        if (threadId() == 0) {
            throw new ErrnoException(Errno.EIO, "the caller is not visible in the agent's pid namespace");
        }
        return threadId();
    }

    /** The thread as it waits. */
    CallingThread caller() {
        CallingThread known = caller;
        while (known == null) {
            known = readCaller();
            if (known == null) {
                becomesLarge();
            }
        }
        caller = known;
        return known;
    }

    /** Null if there is no room for it now. Then nothing of it is kept. */
    private @Nullable CallingThread readCaller() {
        beginsToWork(); // tens of thousands of groups take long to read
        CallingThread read = CallingThread.of(visibleThreadId());
        requireValid();
        boolean hasRoom = isLarge || read.status().groups().size() <= LARGE_GROUPS || mayBeLarge();
        return hasRoom ? read : null;
    }

    private boolean mayBeLarge() {
        isLarge = account.large().tryAcquire();
        return isLarge;
    }

    /** Waits until the account has few enough others. */
    private void becomesLarge() {
        if (isLarge || mayBeLarge()) {
            return;
        }
        thread.endsWork();
        try {
            while (!account.large().tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                requireValid();
            }
            isLarge = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ErrnoException(Errno.ESRCH, "the call was answered meanwhile");
        }
    }

    /** Called before anything that takes a processor for longer than a plain answer does. */
    void beginsToWork() {
        thread.beginsToWork(services.workplaces());
    }

    Notification notification() {
        return notification;
    }

    /** Called before anything is done on behalf. Until {@link #ended}, no later call of the same thread gets beyond this. */
    void beginsOnBehalf(RestartedCalls calls) {
        if (restarted == null) {
            beginsToWork();
            calls.begin(visibleThreadId());
            restarted = calls;
        }
    }

    /**
     * Takes a worker. It is closed when the call has been answered, since the caller need not wait for that, or when the
     * next one is taken.
     */
    ExecutorWorker take(Executor executor) {
        closeWorker();
        if (over) {
            throw new IllegalStateException("the call was answered before");
        }
        ExecutorWorker taken = executor.take();
        worker = taken;
        return taken;
    }

    /**
     * Opens what a worker needs to become the caller, and to give it what it asks for. Whoever calls asks afterwards whether
     * the call is still valid.
     */
    AdoptedCaller adopt(HelperRequest request) {
        return AdoptedCaller.open(caller(), request).waiting(listener, notification.id());
    }

    private void closeWorker() {
        ExecutorWorker used = worker;
        worker = null;
        if (used != null) {
            used.close(account.leaving());
        }
    }

    /** Called when something was done on behalf. */
    void hasEffect(Effect done) {
        effect = done;
    }

    /** Which handles it. */
    LoopThread handling() {
        return thread;
    }

    /**
     * Waits, if something was done on behalf, while the thread is on its way out of the call. A signal has woken it then,
     * but until it is on a CPU again the kernel takes an answer that the thread will not get.
     */
    void awaitSleep() {
        if (effect == null) {
            return;
        }
        long end = System.nanoTime() + MAX_WAIT_FOR_SLEEP_NANOS;
        try {
            while (ThreadStat.of(threadId()).runs() && isValid() && System.nanoTime() < end) {
                LockSupport.parkNanos(this, WAIT_FOR_SLEEP_NANOS);
            }
        } catch (ErrnoException gone) {
            // then so is the call
        }
    }

    /**
     * Called when the call was answered, or could not be.
     *
     * @param told whether its caller got the answer
     */
    void ended(boolean told) {
        try {
            endRestartable(told);
        } finally {
            over = true;
            closeWorker();
            if (isLarge) {
                account.large().release();
            }
        }
        KnownProcess freezing = freezes;
        if (told && freezing != null) {
            container.freezer().answered(freezing);
        }
    }

    private void endRestartable(boolean told) {
        RestartedCalls calls = restarted;
        if (calls == null) {
            return;
        }
        try {
            if (effect != null) {
                calls.remember(account(), notification, effect, told);
            }
        } finally {
            calls.end(threadId()); // or a later call of this thread would wait for ever
        }
    }

    /** Whether the call still waits. */
    boolean isValid() {
        return listener.isValid(thread.buffers, notification.id());
    }

    /** The same, for another thread, while this one handles the call. */
    boolean isValid(NotificationBuffers itsBuffers) {
        return listener.isValid(itsBuffers, notification.id());
    }

    /**
     * To be called after something was opened or read through the thread's id, and before it is trusted.
     *
     * @throws ErrnoException ESRCH if the id may be another thread's by now; nobody waits for the answer then
     */
    void requireValid() {
        if (!isValid()) {
            throw new ErrnoException(Errno.ESRCH, "the call went away");
        }
    }

    @Override
    public String toString() {
        return syscall.name() + " of thread " + threadId() + " in container " + container.id();
    }
}
