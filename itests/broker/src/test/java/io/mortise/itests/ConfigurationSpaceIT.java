// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.Configuration;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Each number that an operator may set is set to its least and its greatest value, while clients talk (SEC-19). */
public class ConfigurationSpaceIT extends FelixBroker {

    /** What clients are told, or how they are cut off, changes; what those that are connected have, does not. */
    private static final List<String> BUNDLES = List.of("io.mortise.engine", "io.mortise.codec");

    private record Extreme(String pid, String key, Object value) {}

    @Test
    public void SEC_19_shouldServeOrRefuseWithEachValueThatMayBeSet() throws Exception {
        int tried = 0;
        for (String name : BUNDLES) {
            List<Extreme> extremes = extremes(installed(name));
            Configuration configuration = configurations.getConfiguration(extremes.get(0).pid, "?");
            try {
                for (Extreme extreme : extremes) {
                    Dictionary<String, Object> values = new Hashtable<>();
                    values.put(extreme.key, extreme.value);
                    configuration.update(values);
                    isServedOrRefused(extreme);
                    tried++;
                }
            } finally {
                configuration.delete();
            }
        }
        assertTrue(tried + " values", tried > 20);
        try (Conversation conversation = new Conversation(port, 1)) { // and as if nothing had been
            conversation.say(10);
            conversation.hearEverything();
            conversation.isUnbroken();
        }
    }

    private void isServedOrRefused(Extreme extreme) throws IOException {
        for (int level = 4; level <= 5; level++) {
            try (ByteClient client = new ByteClient(port)) {
                client.say(ByteClient.connect(level, "extreme", true, 10));
                client.trySay(ByteClient.subscribe(level, 1, "extreme/a", 1));
                client.trySay(ByteClient.publish(level, "extreme/a", 1, 2, new byte[100]));
                assertTrue(extreme + ": stuck", client.endsOrAnswers());
            }
        }
    }

    private static List<Extreme> extremes(Bundle bundle) throws Exception {
        List<Extreme> extremes = new ArrayList<>();
        for (URL description : Collections.list(bundle.findEntries("OSGI-INF/metatype", "*.xml", false))) {
            Element root = parse(description);
            NodeList designates = root.getElementsByTagName("Designate");
            String pid = ((Element) designates.item(0)).getAttribute("pid");
            NodeList attributes = root.getElementsByTagName("AD");
            for (int i = 0; i < attributes.getLength(); i++) {
                Element attribute = (Element) attributes.item(i);
                for (String end : List.of("min", "max")) {
                    String value = attribute.getAttribute(end);
                    if (!value.isEmpty()) {
                        Object number = attribute.getAttribute("type").equals("Long")
                                ? (Object) Long.valueOf(value)
                                : Integer.valueOf(value);
                        extremes.add(new Extreme(pid, attribute.getAttribute("id"), number));
                    }
                }
            }
        }
        return extremes;
    }

    private static Element parse(URL description) throws Exception {
        try (InputStream in = description.openStream()) {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getDocumentElement();
        } catch (IOException unreadable) {
            throw new AssertionError(description.toString(), unreadable);
        }
    }
}
