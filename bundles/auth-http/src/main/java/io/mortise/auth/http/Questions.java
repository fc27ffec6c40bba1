// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.TopicRules;
import io.mortise.api.auth.TopicRules.Places;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the service is asked, and what its answers mean. Any thread. */
final class Questions {

    private Questions() {}

    /** Who is it? */
    static String about(ConnectAttempt attempt) {
        JsonObject question = new JsonObject();
        question.addProperty("clientId", attempt.clientId());
        question.addProperty("username", attempt.username());
        Payload password = attempt.password();
        if (password != null) {
            putPassword(question, password);
        }
        question.addProperty("version", attempt.version().toString());
        question.addProperty("listener", attempt.listener());
        question.addProperty("address", host(attempt.remoteAddress()));
        if (attempt.certificate() != null) {
            question.addProperty(
                    "certificate",
                    attempt.certificate().own().getSubjectX500Principal().getName());
        }
        return question.toString();
    }

    private static void putPassword(JsonObject question, Payload password) {
        try {
            question.addProperty(
                    "password",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(password.asByteBuffer())
                            .toString());
        } catch (CharacterCodingException noText) {
            question.addProperty("passwordBase64", Base64.getEncoder().encodeToString(password.toByteArray()));
        }
    }

    /** Without the port: it is another one each time. */
    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet.getHostString() : address.toString();
    }

    /** What may it do? */
    static String about(Identity client) {
        JsonObject question = new JsonObject();
        question.addProperty("clientId", client.clientId());
        question.addProperty("principal", client.principal());
        question.addProperty("username", client.username());
        JsonObject attributes = new JsonObject();
        client.attributes().forEach(attributes::addProperty);
        question.add("attributes", attributes);
        return question.toString();
    }

    /** What an answer says about who it is. */
    static Verdict verdict(Webhook.Answer answer, ConnectAttempt attempt) throws Unanswered {
        JsonObject json = answer.json();
        if (json == null) {
            return refusal("the service does not know it");
        }
        String result = text(json.get("result"));
        return switch (Objects.requireNonNullElse(result, "")) {
            case "accept" -> accepted(json, attempt);
            case "refuse" -> refusal(Objects.requireNonNullElse(text(json.get("reason")), "the service refuses it"));
            case "abstain" -> new Verdict.Abstain();
            default -> throw Unanswered.because("result: expected accept, refuse or abstain, got " + result);
        };
    }

    private static Verdict accepted(JsonObject json, ConnectAttempt attempt) throws Unanswered {
        String principal = json.has("principal") ? text(json.get("principal")) : attempt.username();
        if (principal == null || principal.isBlank() || principal.chars().anyMatch(Character::isISOControl)) {
            throw Unanswered.because("principal: expected a name, got none");
        }
        Map<String, String> attributes = new HashMap<>();
        if (json.get("attributes") instanceof JsonObject given) {
            for (Map.Entry<String, JsonElement> each : given.entrySet()) {
                String value = text(each.getValue());
                if (value == null) {
                    throw Unanswered.because("attributes: expected texts, got something else as " + each.getKey());
                }
                attributes.put("http." + each.getKey(), value);
            }
        }
        return new Verdict.Accept(principal, attributes);
    }

    private static Verdict refusal(String reason) {
        return new Verdict.Refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD, reason);
    }

    /** What an answer says about what it may do. */
    static TopicRules rules(Webhook.Answer answer) throws Unanswered {
        JsonObject json = answer.json();
        if (json == null) {
            return TopicRules.builder().add("deny #", Places.NONE).build();
        }
        if (!(json.get("rules") instanceof JsonArray list)) {
            throw Unanswered.because("rules: expected a list, got something else");
        }
        TopicRules.Builder rules = TopicRules.builder();
        for (JsonElement each : list) {
            String rule = text(each);
            try {
                rules.add(rule == null ? "" : rule, Places.ATTRIBUTES);
            } catch (IllegalArgumentException wrong) {
                throw Unanswered.because("rules: '" + rule + "': " + wrong.getMessage());
            }
        }
        return rules.build();
    }

    /** How long an answer holds, in seconds; {@code usual} if it does not say. */
    static int refreshSeconds(Webhook.Answer answer, int usual) {
        JsonObject json = answer.json();
        JsonElement given = json == null ? null : json.get("refreshSeconds");
        return given instanceof JsonPrimitive number && number.isNumber()
                ? Math.max(1, Math.min(86_400, number.getAsInt()))
                : usual;
    }

    private static @Nullable String text(@Nullable JsonElement element) {
        return element != null
                        && element.isJsonPrimitive()
                        && element.getAsJsonPrimitive().isString()
                ? element.getAsString()
                : null;
    }
}
