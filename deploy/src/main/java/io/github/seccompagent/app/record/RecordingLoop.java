package io.github.seccompagent.app.record;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.app.profile.ReadProfile.Outcome;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.fd.ThreadInterrupt;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import io.github.seccompagent.linux.process.TargetMemory;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notes the calls of one listener, and lets each go on, until its last task is gone. One thread does that. It needs no
 * privilege, unlike the agent's own loop.
 */
final class RecordingLoop implements AutoCloseable {
    private static final int POLL_MILLIS = 1000;
    private static final String UNKNOWN_ABI = "unknown";

    private final Fd fd;
    private final Listener listener;
    private final Recording recording;
    private final @Nullable Refusals refusals;
    private final NotificationBuffers buffers = new NotificationBuffers();
    private final TargetMemory memory = new TargetMemory();
    private final Thread thread = new Thread(this::run, "recorder");
    private volatile int threadId;
    private volatile boolean closing;
    private volatile String failure = "";

    /** @param fd the listener, which this closes */
    RecordingLoop(Fd fd, Recording recording, @Nullable Refusals refusals) {
        this.fd = fd;
        this.listener = Listener.of(fd);
        this.recording = recording;
        this.refusals = refusals;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        threadId = ThreadInterrupt.currentThreadId();
        try {
            serve();
        } catch (RuntimeException | Error e) {
            failure = String.valueOf(e.getMessage());
            listener.close(); // so that no call waits for ever: they fail with ENOSYS
        }
    }

    private void serve() {
        while (!closing) {
            int events = Poll.await(fd, POLL_MILLIS);
            if (events != 0 && (events & Poll.IN) == 0) {
                return; // the last task is gone
            }
            if (events != 0) {
                answerOne();
            }
        }
    }

    private void answerOne() {
        Optional<Notification> received = listener.receive(buffers);
        if (received.isPresent()) {
            Notification call = received.get();
            Response response = Response.proceed();
            try {
                response = answer(call);
            } catch (RuntimeException e) { // no call may wait for ever
                recording.omit();
            }
            listener.send(buffers, call.id(), response);
        }
    }

    private Response answer(Notification call) {
        Architecture architecture = call.architecture();
        String abi = architecture == null ? UNKNOWN_ABI : architecture.label();
        String name = SyscallTable.syscallOf(architecture, call.number()).name();
        CallArguments arguments = argumentsOf(call);
        recording.add(abi, name, call.threadId(), arguments);
        if (refusals != null) {
            Outcome verdict = refusals.judge(abi, name, call.threadId(), arguments);
            if (verdict.refuses() && refusals.enforced()) {
                return Response.failure(verdict.action().equals("SCMP_ACT_ERRNO") ? errno(verdict) : Errno.EPERM);
            }
        }
        return Response.proceed();
    }

    private static Errno errno(Outcome verdict) {
        try {
            return Errno.of(verdict.errno());
        } catch (IllegalArgumentException noSuchErrno) {
            return Errno.EPERM;
        }
    }

    private CallArguments argumentsOf(Notification call) {
        return new CallArguments() {
            @Override
            public boolean isWaiting() {
                return listener.isValid(buffers, call.id());
            }

            @Override
            public long register(int index) {
                return call.argument(index);
            }

            @Override
            public long pointed(int index) {
                byte[] bytes = memory.readBytes(call.threadId(), call.argument(index), Long.BYTES);
                if (!isWaiting()) {
                    throw new ErrnoException(Errno.ESRCH, "thread " + call.threadId());
                }
                return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong();
            }
        };
    }

    /** Why the recording ended before the last task was gone; empty if it did not. */
    String failure() {
        return failure;
    }

    /** Waits until the last task is gone. Returns whether that is so within the time. */
    boolean awaitEnd(long millis) throws InterruptedException {
        thread.join(millis);
        return !thread.isAlive();
    }

    /** Closes the listener. Calls of tasks that are left fail with ENOSYS. */
    @Override
    public void close() {
        closing = true;
        try {
            // A receive can block though poll said that there is something, and up to Linux 6.10 it never ends.
            while (!awaitEnd(100)) {
                ThreadInterrupt.interrupt(threadId);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listener.close();
    }
}
