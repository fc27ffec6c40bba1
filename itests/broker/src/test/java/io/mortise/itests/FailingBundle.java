// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes a bundle of {@link FailingProvider}, which is called {@code failing} in configurations, and starts it in a broker. */
final class FailingBundle {
    private static final String COMPONENT = "OSGI-INF/failing.xml";

    private FailingBundle() {}

    static void startIn(RunningBroker broker) throws IOException, InterruptedException {
        Path jar = broker.data().resolve("failing.jar");
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", "io.mortise.itests.failing");
        attributes.putValue("Bundle-Version", "1.0.0");
        attributes.putValue("Import-Package", "io.mortise.api.auth,io.mortise.api.protocol");
        attributes.putValue("Service-Component", COMPONENT);
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream bundle = new JarOutputStream(out, manifest)) {
            bundle.putNextEntry(new JarEntry(COMPONENT));
            bundle.write("""
                    <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="failing">
                      <implementation class="io.mortise.itests.FailingProvider"/>
                      <property name="mortise.auth.name" value="failing"/>
                      <service>
                        <provide interface="io.mortise.api.auth.Authenticator"/>
                        <provide interface="io.mortise.api.auth.Authorizer"/>
                      </service>
                    </scr:component>
                    """.getBytes(StandardCharsets.UTF_8));
            for (String type : new String[] {"FailingProvider", "Everything"}) {
                String file = "io/mortise/itests/" + type + ".class";
                bundle.putNextEntry(new JarEntry(file));
                try (InputStream in = FailingBundle.class.getResourceAsStream("/" + file)) {
                    Objects.requireNonNull(in, file).transferTo(bundle);
                }
            }
        }
        broker.shell("felix:start", jar.toUri().toString());
    }
}
