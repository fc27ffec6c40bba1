// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.api.auth.Authenticator;
import io.mortise.itests.BundleFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;

/** How a new version can be broken so that it cannot even begin to serve, and what the operator is told then. */
enum Breakage {
    CONSTRUCTOR_THROWS("fails in .*Broken.Throwing: .*broken on purpose.*serves again") {
        @Override
        BundleFile apply(BundleFile bundle, Path release) throws IOException {
            return insteadOfItsComponents(bundle, Broken.Throwing.class);
        }
    },
    CONSTRUCTOR_BLOCKS("does not (start|come up) within \\d+ ms.*serves again") {
        @Override
        BundleFile apply(BundleFile bundle, Path release) throws IOException {
            return insteadOfItsComponents(holding(bundle, release), Broken.Blocking.class);
        }
    },
    IMPORT_OF_NOTHING("does not resolve: .*com.example.nowhere.*serves again") {
        @Override
        BundleFile apply(BundleFile bundle, Path release) {
            return bundle.importing("com.example.nowhere");
        }
    },
    EXPORT_OF_THE_API("nothing was done: .*exports io.mortise.api.routing, and so does io.mortise.api") {
        @Override
        BundleFile apply(BundleFile bundle, Path release) {
            return bundle.header("Export-Package", "io.mortise.api.routing;version=\"1.0.0\"");
        }
    },
    SERVICE_THAT_NOBODY_GIVES("nobody gives com.example.Nowhere.*serves again") {
        @Override
        BundleFile apply(BundleFile bundle, Path release) {
            return bundle.replaceComponents(xml -> xml.replace(
                    "<implementation",
                    "<reference name=\"nowhere\" interface=\"com.example.Nowhere\"/>\n  <implementation"));
        }
    };

    private final String answer;

    Breakage(String answer) {
        this.answer = answer;
    }

    /** What the operator is told, as a regular expression. */
    String answer() {
        return answer;
    }

    /** Breaks a bundle; if it hangs, then until this file is there. */
    abstract BundleFile apply(BundleFile bundle, Path release) throws IOException;

    /** Gives it what it hangs on. */
    static BundleFile holding(BundleFile bundle, Path release) throws IOException {
        return bundle.with(Release.class)
                .entry(Release.RESOURCE, release.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Gives it an activator. */
    static BundleFile activatedBy(BundleFile bundle, Class<?> activator) throws IOException {
        return bundle.with(activator)
                .header("Bundle-Activator", activator.getName())
                .importing("org.osgi.framework");
    }

    /** Lets {@code auth-open} answer by another class. */
    static BundleFile answering(BundleFile authOpen, Class<? extends Authenticator> type) throws IOException {
        return authOpen.with(type)
                .replace(
                        "OSGI-INF/io.mortise.auth.open.OpenAuthenticator.xml",
                        xml -> xml.replaceAll("(init|modified)=\"\\w+\"", "")
                                .replace("io.mortise.auth.open.OpenAuthenticator\"/>", type.getName() + "\"/>"));
    }

    private static BundleFile insteadOfItsComponents(BundleFile bundle, Class<?> type) throws IOException {
        return bundle.with(type)
                .replaceComponents(xml -> xml.replaceAll("(?s)<reference [^>]*/>", "")
                        .replaceAll("init=\"\\d+\"", "")
                        .replaceAll("(activate|deactivate|modified)=\"\\w+\"", "")
                        .replaceAll(
                                "implementation class=\"[^\"]*\"",
                                Matcher.quoteReplacement("implementation class=\"" + type.getName() + "\"")));
    }
}
