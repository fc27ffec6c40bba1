// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.open;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets every client in as an anonymous one, whatever its user name and password, if it came by an address that the
 * configuration opens.
 *
 * <p>Any thread.
 *
 * <p>A configuration that is wrong at first closes the door, since the component does not start; one that becomes wrong
 * later is refused and what was in force stays.
 */
@Component(configurationPid = OpenAuthenticator.PID, property = Authenticator.NAME + "=open")
@Designate(ocd = OpenAuthenticator.Config.class)
public final class OpenAuthenticator implements Authenticator {
    static final String PID = "io.mortise.auth.open";

    private static final Logger LOG = LoggerFactory.getLogger(OpenAuthenticator.class);
    private static final CompletionStage<Verdict> ACCEPT = CompletableFuture.completedStage(new Verdict.Accept(""));

    private volatile Anonymous anonymous;

    @ObjectClassDefinition(name = "Open access", description = "Who may connect without proof of who they are.")
    @interface Config {
        @AttributeDefinition(
                name = "Anonymous access",
                description = "By which addresses of the broker everybody may come in: loopback, which only this"
                        + " machine can reach, or anywhere.",
                options = {
                    @Option(label = "by a loopback address only", value = "loopback"),
                    @Option(label = "by any address", value = "anywhere")
                })
        String anonymous() default "loopback";
    }

    @Activate
    public OpenAuthenticator(Config config) {
        anonymous = Anonymous.of(config.anonymous());
    }

    @Modified
    void modified(Config config) {
        try {
            anonymous = Anonymous.of(config.anonymous());
        } catch (IllegalArgumentException wrongValue) {
            LOG.error("{}; '{}' stays in force", wrongValue.getMessage(), anonymous);
        }
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        if (anonymous.admits(attempt.localAddress())) {
            return ACCEPT;
        }
        return CompletableFuture.completedStage(new Verdict.Refuse(
                ReasonCode.NOT_AUTHORIZED,
                "anonymous clients may come by a loopback address only, not by " + attempt.localAddress() + "; set "
                        + Anonymous.KEY + "=" + Anonymous.ANYWHERE + " in " + PID + " to let them in"));
    }
}
