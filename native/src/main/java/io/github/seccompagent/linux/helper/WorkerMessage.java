package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.ExecutorWorker.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A message of a worker, struct reply or struct question of protocol.h. A worker stands in a container, so everything
 * that it says is checked.
 *
 * @param question the number of the question, if it is one
 * @param link the link that it asks for, if it is a question
 */
record WorkerMessage(Reply reply, long question, String link) {
    private static final int SIZE = 48;
    private static final int LINK = 56;
    private static final int LINK_MAX = 32;
    private static final List<Step> STEPS = List.of(Step.values());

    /** @throws ErrnoException EIO if no worker sends such a message */
    static WorkerMessage of(MessageBuffer.Message message) {
        byte[] bytes = message.bytes();
        if (message.truncated() || bytes.length < SIZE) {
            throw unexpected();
        }
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int step = fields.getInt(0);
        if (step < 0 || step >= STEPS.size()) {
            throw unexpected();
        }
        Optional<FileIdentity> object = fields.getLong(32) == 0
                ? Optional.empty()
                : Optional.of(new FileIdentity(fields.getLong(24), fields.getLong(32), fields.getLong(40)));
        Reply reply = new Reply(
                STEPS.get(step), fields.getInt(4), fields.getLong(8), fields.getLong(16), fields.getLong(24), object);
        if (reply.step() == Step.LINK) {
            return question(reply, fields, bytes);
        }
        boolean succeeded = reply.error() == 0;
        boolean maySucceed = (reply.isOfTheCall() || reply.isForTheCaller()) && reply.value() >= 0;
        if (bytes.length != SIZE || reply.error() < 0 || (succeeded && !maySucceed)) {
            throw unexpected();
        }
        return new WorkerMessage(reply, 0, "");
    }

    private static WorkerMessage question(Reply reply, ByteBuffer fields, byte[] bytes) {
        if (bytes.length <= LINK || bytes.length > LINK + LINK_MAX) {
            throw unexpected();
        }
        String link = new String(bytes, LINK, bytes.length - LINK, StandardCharsets.US_ASCII);
        return new WorkerMessage(reply, fields.getLong(SIZE), link);
    }

    private static ErrnoException unexpected() {
        return new ErrnoException(Errno.EIO, "a message that no worker sends");
    }

    /** Whether it asks for one of the caller's magic links. */
    boolean isQuestion() {
        return reply.step() == Step.LINK;
    }

    /** Whether it asks for a link of the calling thread, and not of its process. */
    boolean isOfThread() {
        return reply.value() != 0;
    }
}
