package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.ExecutorRequest;
import io.github.seccompagent.linux.ExecutorRequest.Operation;
import io.github.seccompagent.linux.ExecutorWorker.Reply;
import io.github.seccompagent.linux.FileIdentity;
import io.github.seccompagent.linux.OpenFlags;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a call on behalf did. Of what was asked it keeps nothing that could be large.
 *
 * @param asked {@link ExecutorRequest#fingerprint}
 * @param isOnce whether to do it again would undo it, or do it twice: an exchange of two names, a mount
 * @param madeFile whether it made a file and opened it: then its success is a descriptor
 * @param object what it made, or changed
 * @param descriptor what it gave the caller
 */
record Effect(
        Operation operation,
        long asked,
        boolean isOnce,
        boolean madeFile,
        Optional<FileIdentity> object,
        OptionalInt descriptor) {
    private static final int RENAME_EXCHANGE = 2;

    static Effect of(ExecutorRequest request, Reply reply) {
        boolean gaveDescriptor = request.operation() == Operation.OPEN && reply.error() == 0;
        return of(request, reply.object(), gaveDescriptor ? OptionalInt.of((int) reply.value()) : OptionalInt.empty());
    }

    private static Effect of(ExecutorRequest request, Optional<FileIdentity> object, OptionalInt descriptor) {
        return new Effect(
                request.operation(), request.fingerprint(), isOnce(request), makesFile(request), object, descriptor);
    }

    /** The same, when another descriptor was given for it. */
    Effect withDescriptorOf(Reply reply) {
        return new Effect(operation, asked, isOnce, madeFile, object, OptionalInt.of((int) reply.value()));
    }

    private static boolean isOnce(ExecutorRequest request) {
        return (request.operation() == Operation.MOUNT
                        && request.optionDescriptor().isEmpty()) // FUSE takes a descriptor only once
                || (request.operation() == Operation.RENAME
                        && (request.numbers().get(0) & RENAME_EXCHANGE) != 0);
    }

    private static boolean makesFile(ExecutorRequest request) {
        return request.operation() == Operation.OPEN
                && OpenFlags.onlyNew(request.numbers().get(0));
    }

    boolean tookOffMount() {
        return operation == Operation.UMOUNT;
    }

    /** Whether this is its object. */
    boolean isObject(Optional<FileIdentity> other) {
        return object.isPresent() && object.equals(other);
    }
}
