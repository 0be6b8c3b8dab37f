package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.process.ThreadStatus;
import java.util.List;

/** Writes a request as struct request of protocol.h. That file asserts the same offsets. */
final class RequestEncoder {
    private static final int OPERATION = 0;
    private static final int DESCRIPTORS = 4;
    private static final int USER = 8;
    private static final int GROUP = 24;
    private static final int EFFECTIVE = 40;
    private static final int UMASK = 48;
    private static final int NO_NEW_PRIVILEGES = 52;
    private static final int GROUP_COUNT = 56;
    private static final int PID_LEVELS = 60;
    private static final int PROCESS_IDS = 64;
    private static final int THREAD_IDS = 196;
    private static final int FLAGS = 328;
    private static final int STRING_LENGTHS = 332;
    private static final int NUMBERS = 368;
    private static final int CALL = 400;
    private static final int INDEX = 408;
    private static final int PLACE = 416;
    private static final int PROCESSOR = 488;
    private static final int SIZE = 496;

    // REQUEST_*
    private static final int WORKER_IS_VISIBLE = 1;
    private static final int LABEL_OF_THREAD = 2;
    private static final int UNDECIDED = 4;
    private static final int ASK = 8;
    private static final int STAY = 16;

    /** The number of an open that holds the notification which waits for it. */
    private static final int NOTIFICATION = 3;

    private final RequestNumber number;
    private final RequestFields fields;
    private final RequestCaller caller;
    private final int flags;

    /** @param asks whether the worker asks before the call takes effect */
    RequestEncoder(RequestNumber number, HelperRequest request, RequestCaller caller, boolean asks) {
        this.number = number;
        this.fields = request.fields();
        this.caller = caller;
        flags = (caller.seesWorker() ? WORKER_IS_VISIBLE : 0)
                | (caller.labelIsOfThread() ? LABEL_OF_THREAD : 0)
                | (request.undecided() ? UNDECIDED : 0)
                | (asks ? ASK : 0)
                | (caller.place().isPresent() ? STAY : 0);
        if (request instanceof HelperRequest.Open) {
            fields.number(NOTIFICATION, number.call());
        }
        caller.place().ifPresent(place -> fields.cgroups(place.cgroups()));
        if (!request.isGranted()) {
            caller.label().ifPresent(fields::label);
        }
    }

    /** The length of the message. */
    int size() {
        return strings() + fields.length();
    }

    /** Where the strings begin. */
    private int strings() {
        return SIZE + Integer.BYTES * caller.status().groups().size();
    }

    /** Fills a message. {@code buffer} must have room for {@link #size} bytes. */
    void write(MessageBuffer buffer) {
        ThreadStatus status = caller.status();
        buffer.putInt(OPERATION, fields.operation().ordinal() + 1);
        buffer.putInt(DESCRIPTORS, caller.descriptors());
        write(buffer, USER, status.user());
        write(buffer, GROUP, status.group());
        buffer.putLong(EFFECTIVE, status.effectiveCapabilities());
        buffer.putInt(UMASK, status.umask());
        buffer.putInt(NO_NEW_PRIVILEGES, status.noNewPrivileges() ? 1 : 0);
        buffer.putInt(GROUP_COUNT, status.groups().size());
        buffer.putInt(PID_LEVELS, status.threadIds().size());
        write(buffer, PROCESS_IDS, status.processIds());
        write(buffer, THREAD_IDS, status.threadIds());
        buffer.putInt(FLAGS, flags);
        for (int i = 0; i < RequestFields.NUMBERS; i++) {
            buffer.putLong(NUMBERS + Long.BYTES * i, fields.number(i));
        }
        buffer.putLong(CALL, number.call()).putLong(INDEX, number.index());
        caller.place().ifPresentOrElse(place -> write(buffer, place), () -> writeNoPlace(buffer));
        buffer.putLong(PROCESSOR, caller.processor() + 1L);
        write(buffer, SIZE, status.groups());
        writeStrings(buffer);
    }

    private static void write(MessageBuffer buffer, ThreadPlace place) {
        for (int i = 0; i < ThreadPlace.NUMBERS; i++) {
            buffer.putLong(PLACE + Long.BYTES * i, place.number(i));
        }
    }

    /** What another request has left there means nothing. */
    private static void writeNoPlace(MessageBuffer buffer) {
        for (int at = PLACE; at < PROCESSOR; at += Long.BYTES) {
            buffer.putLong(at, 0);
        }
    }

    private void writeStrings(MessageBuffer buffer) {
        int at = strings();
        for (int i = 0; i < RequestFields.STRINGS; i++) {
            byte[] string = fields.string(i);
            buffer.putInt(STRING_LENGTHS + Integer.BYTES * i, string.length);
            buffer.putBytes(at, string);
            at += string.length;
        }
    }

    private static void write(MessageBuffer buffer, int offset, Ids ids) {
        buffer.putInt(offset, ids.real())
                .putInt(offset + 4, ids.effective())
                .putInt(offset + 8, ids.saved())
                .putInt(offset + 12, ids.fileSystem());
    }

    private static void write(MessageBuffer buffer, int offset, List<Integer> numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            buffer.putInt(offset + Integer.BYTES * i, numbers.get(i));
        }
    }
}
