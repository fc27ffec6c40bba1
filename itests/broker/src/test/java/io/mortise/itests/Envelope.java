// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import io.mortise.api.auth.Identity;
import io.mortise.api.intercept.Decision;
import io.mortise.api.intercept.DeliveryInterceptor;
import io.mortise.api.intercept.PublishInterceptor;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Puts what is published into an envelope, a little later, and takes it out again for those who receive it. What has no envelope was
 * not intercepted on its way in, and does not get out; what has one when it arrives was not intercepted on its way out.
 */
public final class Envelope implements PublishInterceptor, DeliveryInterceptor {

    @Override
    public CompletionStage<Decision<Message>> publish(Identity client, Message message) {
        return CompletableFuture.supplyAsync(() -> new Decision.Proceed<>(
                message.withPayload(Payload.of("<" + message.payload().toText() + ">"))));
    }

    @Override
    public CompletionStage<Decision<Message>> deliver(Identity client, Message message) {
        String text = message.payload().toText();
        return text.startsWith("<") && text.endsWith(">")
                ? Decision.proceed(message.withPayload(Payload.of(text.substring(1, text.length() - 1))))
                : Decision.refuse(ReasonCode.PAYLOAD_FORMAT_INVALID, "an envelope expected, got " + text);
    }
}
