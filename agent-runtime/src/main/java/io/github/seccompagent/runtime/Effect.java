package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.FileIdentity;
import io.github.seccompagent.linux.helper.HelperRequest;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a call on behalf did. It keeps only a fingerprint of the request, because a request can be large.
 *
 * @param asked {@link HelperRequest#fingerprint} or {@link HelperRequest#exactFingerprint}
 * @param object the file that it made or changed
 * @param descriptor the descriptor that it gave the caller
 * @param uncertain whether it may not have been done: its worker ended and has not said so
 */
record Effect(long asked, Optional<FileIdentity> object, OptionalInt descriptor, boolean uncertain) {
    Effect(long asked, Optional<FileIdentity> object, OptionalInt descriptor) {
        this(asked, object, descriptor, false);
    }

    /** Of a call whose worker has ended without a reply. */
    static Effect uncertain(long asked) {
        return new Effect(asked, Optional.empty(), OptionalInt.empty(), true);
    }

    static Effect of(HelperRequest request, Reply reply) {
        boolean gaveDescriptor = request instanceof HelperRequest.Open && reply.error() == 0;
        return new Effect(
                request.fingerprint(),
                reply.object(),
                gaveDescriptor ? OptionalInt.of((int) reply.value()) : OptionalInt.empty());
    }

    /** The same effect, with the descriptor that the caller was given now. */
    Effect withDescriptorOf(Reply reply) {
        return new Effect(asked, object, OptionalInt.of((int) reply.value()));
    }

    /** Whether it is what a request asks for: a slot has the exact fingerprint. */
    boolean wasAsked(HelperRequest request) {
        return asked == request.fingerprint() || asked == request.exactFingerprint();
    }

    /** Whether this is its object. */
    boolean isObject(Optional<FileIdentity> other) {
        return object.isPresent() && object.equals(other);
    }
}
