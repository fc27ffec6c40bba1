// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.ReflectionSupport;

/** Which tests say that they prove which statements. */
final class Proofs {

    private Proofs() {}

    /** Every test of every class that is marked with {@link Conformance}. */
    static List<Method> tests() {
        List<Method> tests = new ArrayList<>();
        ReflectionSupport.findAllClassesInPackage(
                        Proofs.class.getPackageName(),
                        type -> type.isAnnotationPresent(Conformance.class),
                        name -> true)
                .stream()
                .sorted(Comparator.comparing(Class::getSimpleName))
                .forEach(type -> Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .sorted(Comparator.comparing(Method::getName))
                        .forEach(tests::add));
        return tests;
    }

    /** The tests for each number that a test names, whether there is such a statement or not. */
    static Map<String, List<Method>> of(Specification specification) {
        Map<String, List<Method>> proofs = new TreeMap<>();
        for (Method test : tests()) {
            for (String number : specification.provenBy(test)) {
                proofs.computeIfAbsent(number, first -> new ArrayList<>()).add(test);
            }
        }
        return proofs;
    }
}
