package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What an executor tells, struct announcement of protocol.h.
 *
 * @param number the number of the worker, or of what is announced again
 * @param owner for whom the worker was killed; 0 if it was not
 * @param fds the worker's socket and its pidfd; whoever has the announcement closes them
 */
record Announcement(Kind kind, long number, long owner, List<Fd> fds) {
    private static final int SIZE = 24;

    enum Kind {
        WORKER,
        AGAIN,
        END,
        UNKNOWN
    }

    static Announcement of(MessageBuffer.Message message) {
        if (message.bytes().length != SIZE) {
            return new Announcement(Kind.UNKNOWN, 0, 0, message.fds());
        }
        ByteBuffer fields = ByteBuffer.wrap(message.bytes()).order(ByteOrder.nativeOrder());
        Kind kind = switch (fields.getInt(0)) {
            case 1 -> Kind.WORKER;
            case 2 -> Kind.AGAIN;
            case 3 -> Kind.END;
            default -> Kind.UNKNOWN;
        };
        return new Announcement(kind, fields.getLong(8), fields.getLong(16), message.fds());
    }

    /** Whether it brings a worker. Without descriptors it does not: there was no room for them. */
    boolean bringsWorker() {
        return kind == Kind.WORKER && fds.size() == 2;
    }

    ExecutorWorker worker(WorkerHome home) {
        return new ExecutorWorker(number, fds.get(0), fds.get(1), home);
    }

    void closeFds() {
        fds.forEach(Fd::close);
    }
}
