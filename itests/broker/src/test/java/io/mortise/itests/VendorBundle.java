// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes a bundle of classes that are here, with one component, as a vendor would have it. */
final class VendorBundle {
    private static final String COMPONENT = "OSGI-INF/component.xml";

    private VendorBundle() {}

    /**
     * Writes the bundle.
     *
     * @param properties of the services, in the component's XML
     * @param services the interfaces by which they are registered
     * @param component what implements them, the first of these classes
     */
    static void write(
            Path jar, String name, String version, String properties, List<Class<?>> services, Class<?>... component)
            throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", name);
        attributes.putValue("Bundle-Version", version);
        attributes.putValue("Import-Package", "io.mortise.api.auth,io.mortise.api.intercept,io.mortise.api.protocol");
        attributes.putValue("Service-Component", COMPONENT);
        StringBuilder provided = new StringBuilder();
        services.forEach(service -> provided.append("<provide interface=\"")
                .append(service.getName())
                .append("\"/>"));
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream bundle = new JarOutputStream(out, manifest)) {
            bundle.putNextEntry(new JarEntry(COMPONENT));
            bundle.write("""
                    <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="%s">
                      <implementation class="%s"/>
                      %s
                      <service>%s</service>
                    </scr:component>
                    """.formatted(name, component[0].getName(), properties, provided)
                    .getBytes(StandardCharsets.UTF_8));
            for (Class<?> type : component) {
                String file = type.getName().replace('.', '/') + ".class";
                bundle.putNextEntry(new JarEntry(file));
                try (InputStream in = VendorBundle.class.getResourceAsStream("/" + file)) {
                    Objects.requireNonNull(in, file).transferTo(bundle);
                }
            }
        }
    }
}
