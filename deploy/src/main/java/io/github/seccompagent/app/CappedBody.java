package io.github.seccompagent.app;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects the bytes of one answer. The answer fails as soon as it has more bytes than a limit. */
final class CappedBody implements HttpResponse.BodySubscriber<byte[]> {
    private final HttpResponse.BodySubscriber<byte[]> bytes = HttpResponse.BodySubscribers.ofByteArray();
    private final int limit;
    private Flow.@Nullable Subscription subscription;
    private long count;

    CappedBody(int limit) {
        this.limit = limit;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return bytes.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        subscription = upstream;
        bytes.onSubscribe(upstream);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        count += pieces.stream().mapToLong(ByteBuffer::remaining).sum();
        if (count > limit) {
            Objects.requireNonNull(subscription, "onSubscribe comes before onNext")
                    .cancel();
            bytes.onError(new IOException("the answer is larger than " + limit + " bytes"));
        } else {
            bytes.onNext(pieces);
        }
    }

    @Override
    public void onError(Throwable trouble) {
        bytes.onError(trouble);
    }

    @Override
    public void onComplete() {
        bytes.onComplete();
    }
}
