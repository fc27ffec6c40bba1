// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The body of an answer, which may not be larger than it needs to be. Used by one thread at a time. */
final class LimitedBody implements BodySubscriber<byte[]> {
    private final BodySubscriber<byte[]> all = BodySubscribers.ofByteArray();
    private final int most;
    private long size;
    private boolean over;
    private Flow.@Nullable Subscription subscription;

    LimitedBody(int most) {
        this.most = most;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return all.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        all.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (over) {
            return;
        }
        for (ByteBuffer buffer : buffers) {
            size += buffer.remaining();
        }
        if (size > most) {
            onError(new IOException("its answer has more than " + most + " bytes"));
            if (subscription != null) {
                subscription.cancel();
            }
            return;
        }
        all.onNext(buffers);
    }

    @Override
    public void onError(Throwable failure) {
        if (!over) {
            over = true;
            all.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (!over) {
            over = true;
            all.onComplete();
        }
    }
}
