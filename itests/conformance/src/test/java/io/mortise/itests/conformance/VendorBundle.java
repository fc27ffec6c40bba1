// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.RunningBroker;
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

/** Makes a bundle of {@link Riddle} and {@link HouseRules}, as a vendor would, and starts it in a broker. */
final class VendorBundle {
    private static final String COMPONENTS = "OSGI-INF/components.xml";

    private VendorBundle() {}

    static void installIn(RunningBroker broker) throws IOException, InterruptedException {
        Path jar = broker.data().resolve("vendor.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream bundle = new JarOutputStream(out, manifest())) {
            bundle.putNextEntry(new JarEntry(COMPONENTS));
            bundle.write(components().getBytes(StandardCharsets.UTF_8));
            for (String type : new String[] {"Riddle", "Riddle$1", "HouseRules"}) {
                String file = VendorBundle.class.getPackageName().replace('.', '/') + "/" + type + ".class";
                bundle.putNextEntry(new JarEntry(file));
                try (InputStream in = VendorBundle.class.getResourceAsStream("/" + file)) {
                    Objects.requireNonNull(in, file).transferTo(bundle);
                }
            }
        }
        broker.shell("felix:start", jar.toUri().toString());
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", "io.mortise.itests.conformance.vendor");
        attributes.putValue("Bundle-Version", "1.0.0");
        attributes.putValue("Import-Package", "io.mortise.api.auth,io.mortise.api.protocol");
        attributes.putValue("Service-Component", COMPONENTS);
        return manifest;
    }

    /**
     * By the name of the provider that is shipped: the authentication method is one of those in the chain, and the authorizer,
     * with a higher ranking, is the one that the broker asks.
     */
    private static String components() {
        return """
                <components xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0">
                  <scr:component name="riddle">
                    <implementation class="io.mortise.itests.conformance.Riddle"/>
                    <property name="mortise.auth.name" value="open"/>
                    <service><provide interface="io.mortise.api.auth.AuthenticationMethod"/></service>
                  </scr:component>
                  <scr:component name="house-rules">
                    <implementation class="io.mortise.itests.conformance.HouseRules"/>
                    <property name="service.ranking" type="Integer" value="1"/>
                    <property name="mortise.auth.name" value="open"/>
                    <service><provide interface="io.mortise.api.auth.Authorizer"/></service>
                  </scr:component>
                </components>
                """;
    }
}
