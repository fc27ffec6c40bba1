// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import io.mortise.runtime.plan.AttributeDefinition;
import io.mortise.runtime.plan.AttributeDefinition.Type;
import io.mortise.runtime.plan.ConfigurationDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads the {@code OSGI-INF/metatype} XML of a bundle (Metatype Service 105.8). Any thread. */
final class Metatype {

    private static final String FOLDER = "OSGI-INF/metatype/";

    private Metatype() {}

    /** What a bundle says about a configuration: what may be configured, and the words for a person. */
    record Described(ConfigurationDefinition definition, String title, Map<String, String> descriptions) {}

    /** Everything that may be configured in the bundle {@code jar}. */
    static List<Described> read(Path jar) throws IOException {
        List<Described> all = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().startsWith(FOLDER) && entry.getName().endsWith(".xml")) {
                    try (InputStream xml = file.getInputStream(entry)) {
                        all.addAll(read(parse(xml)));
                    } catch (SAXException | IllegalArgumentException e) {
                        throw new IOException(jar + ", " + entry.getName() + ": " + e.getMessage(), e);
                    }
                }
            }
        }
        return all;
    }

    private static Document parse(InputStream xml) throws IOException, SAXException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(xml);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java platform reads XML", e);
        }
    }

    private static List<Described> read(Document document) {
        Map<String, Element> classes = new LinkedHashMap<>();
        for (Element definition : elements(document.getDocumentElement(), "OCD")) {
            classes.put(definition.getAttribute("id"), definition);
        }
        List<Described> all = new ArrayList<>();
        for (Element designate : elements(document.getDocumentElement(), "Designate")) {
            String factoryPid = designate.getAttribute("factoryPid");
            String pid = factoryPid.isEmpty() ? designate.getAttribute("pid") : factoryPid;
            for (Element object : elements(designate, "Object")) {
                Element definition = classes.get(object.getAttribute("ocdref"));
                if (definition != null && !pid.isEmpty()) {
                    all.add(described(pid, !factoryPid.isEmpty(), definition));
                }
            }
        }
        return all;
    }

    private static Described described(String pid, boolean factory, Element definition) {
        Map<String, AttributeDefinition> attributes = new LinkedHashMap<>();
        Map<String, String> descriptions = new LinkedHashMap<>();
        for (Element element : elements(definition, "AD")) {
            if (element.getAttribute("id").startsWith("service.")) {
                // What Config Admin itself puts there, taken by a component as if it were configured.
                continue;
            }
            AttributeDefinition attribute = attribute(element);
            attributes.put(attribute.key(), attribute);
            descriptions.put(attribute.key(), element.getAttribute("description"));
        }
        String title = definition.getAttribute("name");
        String description = definition.getAttribute("description");
        return new Described(
                new ConfigurationDefinition(pid, factory, attributes),
                description.isEmpty() ? title : title + ": " + description,
                descriptions);
    }

    private static AttributeDefinition attribute(Element element) {
        List<String> options = new ArrayList<>();
        for (Element option : elements(element, "Option")) {
            options.add(option.getAttribute("value"));
        }
        String cardinality = element.getAttribute("cardinality");
        return new AttributeDefinition(
                element.getAttribute("id"),
                Type.valueOf(element.getAttribute("type").toUpperCase(Locale.ROOT)),
                cardinality.isEmpty() ? 0 : Integer.parseInt(cardinality),
                optional(element, "default"),
                number(element, "min"),
                number(element, "max"),
                options);
    }

    private static @Nullable String number(Element element, String name) {
        String value = optional(element, name);
        if (value == null) {
            return null;
        }
        try {
            return new BigDecimal(value).toPlainString();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    name + " of " + element.getAttribute("id") + " is " + value + ": expected a number", e);
        }
    }

    private static @Nullable String optional(Element element, String name) {
        return element.hasAttribute(name) ? element.getAttribute(name) : null;
    }

    private static List<Element> elements(Element parent, String name) {
        List<Element> elements = new ArrayList<>();
        NodeList nodes = parent.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
