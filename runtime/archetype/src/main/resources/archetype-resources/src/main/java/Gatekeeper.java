// SPDX-License-Identifier: Apache-2.0
package ${package};

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.TopicRules;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Lets in who knows the word, by the name that they say, and lets them do what the rules allow. Any thread; answers at once.
 *
 * <p>Yours would ask something that takes time: on a thread of its own, completing the stage when the answer is there.
 */
@Component(configurationPid = "${artifactId}", property = Authenticator.NAME + "=gatekeeper")
@Designate(ocd = Gatekeeper.Config.class)
public final class Gatekeeper implements Authenticator, Authorizer {
    private final byte[] word;
    private final TopicRules rules;

    @ObjectClassDefinition(name = "Gatekeeper", description = "Who may come in by a word, and what they may do.")
    @interface Config {
        @AttributeDefinition(description = "The word that everybody has to know", type = AttributeType.PASSWORD)
        String word() default "open-sesame";

        @AttributeDefinition(
                description = "ACCESS TOPIC each: read, write, readwrite or deny, and a topic in which %u is the user and %c"
                        + " the client")
        String[] rules() default {"readwrite home/%u/#", "read news/#"};
    }

    /** What is wrong in the configuration is said here, by an exception: then nobody comes in. */
    @Activate
    public Gatekeeper(Config config) {
        word = config.word().getBytes(StandardCharsets.UTF_8);
        if (word.length == 0) {
            throw new IllegalArgumentException("word: expected one, got none");
        }
        TopicRules.Builder builder = TopicRules.builder();
        for (String rule : config.rules()) {
            builder.add(rule, TopicRules.Places.IDENTITY);
        }
        rules = builder.build();
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        String name = attempt.username();
        Payload password = attempt.password();
        if (name == null || name.isBlank() || password == null) {
            return CompletableFuture.completedStage(new Verdict.Abstain()); // somebody else may know it
        }
        if (!MessageDigest.isEqual(word, password.toByteArray())) {
            return CompletableFuture.completedStage(
                    new Verdict.Refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "it does not know the word"));
        }
        return CompletableFuture.completedStage(new Verdict.Accept(name));
    }

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        grant.accept(rules.permissionsOf(client));
        return () -> {}; // nothing is kept of it
    }
}
