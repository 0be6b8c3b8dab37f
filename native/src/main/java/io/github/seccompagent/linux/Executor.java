package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Performs syscalls in the context of targets: starts seccomp-helper, which keeps idle workers, and takes one for each
 * call. A helper that died is started again. Safe for use by several threads.
 */
public final class Executor implements AutoCloseable {
    private static final byte[] ONE = {1};
    private static final int PATIENCE_MILLIS = 10_000;

    private final int idleWorkers;
    private HelperProgram.@Nullable Started helper;
    private boolean closed;

    private Executor(int idleWorkers) {
        this.idleWorkers = idleWorkers;
    }

    /**
     * Starts the helper and waits until it is able to work.
     *
     * @param idleWorkers how many workers wait ahead of need
     * @throws ErrnoException if it cannot be started
     */
    public static Executor start(int idleWorkers) {
        Executor executor = new Executor(idleWorkers);
        try {
            executor.take().close();
            return executor;
        } catch (RuntimeException e) {
            executor.close();
            throw e;
        }
    }

    /**
     * Takes an idle worker, and waits for one if need be. Whoever takes it closes it.
     *
     * @throws ErrnoException EIO if there is none to be had
     */
    public ExecutorWorker take() {
        for (int attempt = 0; attempt < 3; attempt++) {
            HelperProgram.Started current = helper();
            ExecutorWorker worker = takeFrom(current);
            if (worker != null) {
                return worker;
            }
            end(current);
        }
        throw new ErrnoException(Errno.EIO, "seccomp-helper does not start");
    }

    /** Null if the helper is gone, or hangs. */
    private static @Nullable ExecutorWorker takeFrom(HelperProgram.Started helper) {
        try {
            while (Poll.hasInput(helper.control(), PATIENCE_MILLIS)) {
                Optional<MessageBuffer.Message> announcement =
                        ExecutorWorker.BUFFER.get().receiveNow(helper.control().number());
                if (announcement.isPresent()) { // else another thread was faster
                    return workerOf(helper, announcement.get());
                }
            }
            return null;
        } catch (ErrnoException gone) {
            return null;
        }
    }

    private static @Nullable ExecutorWorker workerOf(HelperProgram.Started helper, MessageBuffer.Message announcement) {
        // What a helper announced before it died is still there to be read, but its workers went with it.
        if (announcement.fds().size() != 2 || LibC.write(helper.control().number(), ONE, 1) != 1) {
            announcement.closeFds();
            return null;
        }
        return new ExecutorWorker(announcement.fds().get(0), announcement.fds().get(1));
    }

    private synchronized HelperProgram.Started helper() {
        if (closed) {
            throw new ErrnoException(Errno.EIO, "the executor is closed");
        }
        HelperProgram.Started current = helper;
        if (current == null) {
            current = HelperProgram.start(List.of("execute", Integer.toString(idleWorkers)));
            helper = current;
        }
        return current;
    }

    private synchronized void end(HelperProgram.Started ended) {
        if (helper == ended) {
            helper = null;
            ended.end();
        }
    }

    /** Ends the helper and with it all workers. */
    @Override
    public synchronized void close() {
        closed = true;
        if (helper != null) {
            end(helper);
        }
    }
}
