package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.ExecutorWorker.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A message of a worker: struct reply, struct question or struct check of protocol.h. A worker stands in a container,
 * so everything that it says is checked.
 *
 * @param request the request that it is about
 * @param stays whether the worker stays for more
 * @param question the number of the question, if it is one
 * @param link the link that it asks for; empty if it asks for none
 * @param found what the call is about to act on, if the question is whether it may
 */
record WorkerMessage(
        Reply reply, RequestNumber request, boolean stays, long question, String link, List<FoundPlace> found) {
    private static final int CALL = 48;
    private static final int INDEX = 56;
    private static final int STAYS = 64;
    private static final int SIZE = 72;
    private static final int LINK = 80;
    private static final int LINK_MAX = 32;
    private static final int FOUND = 80;
    private static final int FOUND_SIZE = 24;
    private static final int FOUND_MAX = 2;
    private static final int NAMES = FOUND + FOUND_MAX * FOUND_SIZE;
    private static final int NAME_MAX = 4095;
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
        if (reply.step() == Step.CHECK) {
            List<FoundPlace> found = found(reply, fields, bytes);
            return new WorkerMessage(reply, request(fields), false, number(fields), "", found);
        }
        boolean succeeded = reply.error() == 0;
        boolean maySucceed = (reply.isOfTheCall() || reply.isForTheCaller()) && reply.value() >= 0;
        if (bytes.length != SIZE || reply.error() < 0 || (succeeded && !maySucceed)) {
            throw unexpected();
        }
        return new WorkerMessage(reply, request(fields), fields.getLong(STAYS) != 0, 0, "", List.of());
    }

    private static RequestNumber request(ByteBuffer fields) {
        return new RequestNumber(fields.getLong(CALL), fields.getLong(INDEX));
    }

    private static WorkerMessage question(Reply reply, ByteBuffer fields, byte[] bytes) {
        if (bytes.length <= LINK || bytes.length > LINK + LINK_MAX) {
            throw unexpected();
        }
        String link = new String(bytes, LINK, bytes.length - LINK, StandardCharsets.US_ASCII);
        return new WorkerMessage(reply, request(fields), false, number(fields), link, List.of());
    }

    private static long number(ByteBuffer fields) {
        return fields.getLong(SIZE);
    }

    private static List<FoundPlace> found(Reply reply, ByteBuffer fields, byte[] bytes) {
        if (bytes.length < NAMES || reply.value() < 1 || reply.value() > FOUND_MAX) {
            throw unexpected();
        }
        List<FoundPlace> found = new ArrayList<>();
        int at = NAMES;
        for (int i = 0; i < reply.value(); i++) {
            int entry = FOUND + i * FOUND_SIZE;
            int length = fields.getInt(entry + 4);
            if (fields.getInt(entry) < 0 || length < 0 || length > NAME_MAX || length > bytes.length - at) {
                throw unexpected();
            }
            TargetString name = name(bytes, at, length);
            found.add(new FoundPlace(
                    fields.getInt(entry),
                    name,
                    fields.getLong(entry + 8),
                    fields.getInt(entry + 16),
                    fields.getInt(entry + 20) != 0));
            at += length;
        }
        if (at != bytes.length) {
            throw unexpected();
        }
        return List.copyOf(found);
    }

    private static TargetString name(byte[] bytes, int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (bytes[i] == 0 || bytes[i] == '/') {
                throw unexpected();
            }
        }
        return TargetString.of(Arrays.copyOfRange(bytes, at, at + length));
    }

    static ErrnoException unexpected() {
        return new ErrnoException(Errno.EIO, "a message that no worker sends");
    }

    /** Whether it asks for something. */
    boolean isQuestion() {
        return reply.step() == Step.LINK || reply.step() == Step.CHECK;
    }

    /** Whether it asks if the call may act on what was found. */
    boolean isCheck() {
        return reply.step() == Step.CHECK;
    }

    /** Whether it asks for a link of the calling thread, and not of its process. */
    boolean isOfThread() {
        return reply.value() != 0;
    }
}
