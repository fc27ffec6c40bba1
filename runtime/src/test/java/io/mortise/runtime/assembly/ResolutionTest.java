// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a real Felix. */
class ResolutionTest {

    @TempDir
    Path directory;

    private Repository repository;

    @BeforeEach
    void repository() {
        repository = new Repository(directory);
    }

    @Test
    void shouldHaveNoProblemWhenEverythingIsThere() throws IOException {
        Path library = repository.add("library", Map.of("Export-Package", "words;version=1.2.0"));
        Path user = repository.add("user", Map.of("Import-Package", "words;version=\"[1.0,2)\",org.slf4j"));

        assertEquals(List.of(), Resolution.problems(List.of(user, library)));
    }

    @Test
    void shouldNameTheBundleAndThePackageThatIsMissing() throws IOException {
        Path user = repository.add("user", Map.of("Import-Package", "words;version=\"[1.0,2)\""));

        assertEquals(
                List.of("user 1.0.0 needs package words version [1.0.0,2.0.0), which no bundle exports"),
                Resolution.problems(List.of(user)));
    }

    @Test
    void shouldSayInWhichVersionAPackageIsThereInstead() throws IOException {
        Path library = repository.add("library", Map.of("Export-Package", "words;version=2.1.0"));
        Path user = repository.add("user", Map.of("Import-Package", "words;version=\"[1.0,2)\""));

        assertEquals(
                List.of("user 1.0.0 needs package words version [1.0.0,2.0.0), which is exported only in version 2.1.0"
                        + " by library 1.0.0"),
                Resolution.problems(List.of(user, library)));
    }

    @Test
    void shouldTellWhoMissesSomethingFromWhoOnlyWaitsForIt() throws IOException {
        Path library = repository.add("library", Map.of("Export-Package", "words", "Import-Package", "letters"));
        Path user = repository.add("user", Map.of("Import-Package", "words"));

        assertEquals(
                List.of(
                        "user 1.0.0 needs library 1.0.0 to be resolved",
                        "library 1.0.0 needs package letters, which no bundle exports"),
                Resolution.problems(List.of(user, library)));
    }

    @Test
    void shouldNameAMissingBundleHostAndCapability() throws IOException {
        Path requiring = repository.add("requiring", Map.of("Require-Bundle", "library;bundle-version=\"[1,2)\""));
        Path fragment = repository.add("fragment", Map.of("Fragment-Host", "host"));
        Path needy = repository.add("needy", Map.of("Require-Capability", "osgi.extender;filter:=\"(a=b)\""));

        assertEquals(
                List.of(
                        "requiring 1.0.0 needs bundle library version [1.0.0,2.0.0), which is not there",
                        "fragment 1.0.0 needs its host, bundle host, which is not there",
                        "needy 1.0.0 needs osgi.extender (a=b), which no bundle provides"),
                Resolution.problems(List.of(requiring, fragment, needy)));
    }

    @Test
    void shouldLeaveNativeCodeOfAnotherPlatformBehind() throws IOException {
        Path host = repository.add("host", Map.of());
        Path fragment = repository.add(
                "fragment",
                Map.of("Fragment-Host", "host", "Bundle-NativeCode", "x.so;osname=OS/2;processor=PowerPC"),
                Map.of("x.so", ""));

        assertEquals(List.of(), Resolution.problems(List.of(host, fragment)));
    }

    @Test
    void shouldNameAServiceThatAComponentCannotDoWithout() throws IOException {
        String optional = ",osgi.service;filter:=\"(objectClass=a.Nice)\";effective:=active;resolution:=optional";
        Path user = repository.add(
                "user",
                Map.of(
                        "Require-Capability",
                        "osgi.service;filter:=\"(objectClass=a.Store)\";effective:=active" + optional));
        Path store = repository.add(
                "store",
                Map.of(
                        "Provide-Capability",
                        "osgi.service;objectClass:List<String>=\"a.Store,a.B\";effective:=active"));

        assertEquals(List.of(), Resolution.problems(List.of(user, store)));
        assertEquals(
                List.of("user 1.0.0 needs a service (objectClass=a.Store), which no bundle provides"),
                Resolution.problems(List.of(user)));
    }

    @Test
    void shouldNameTwoBundlesThatAreTheSame() throws IOException {
        Path one = repository.add("one", Map.of());
        Path same = repository.add("two", Map.of("Bundle-SymbolicName", "one"));

        List<String> problems = Resolution.problems(List.of(one, same));

        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).startsWith("two-1.0.0.jar cannot be installed: "), problems.toString());
    }
}
