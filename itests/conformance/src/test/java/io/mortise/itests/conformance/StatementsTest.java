// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No statement is forgotten, and no test names one that there is not. */
class StatementsTest {

    @ParameterizedTest
    @EnumSource
    void shouldHaveAsManyRowsAsItSaysAndEachOnce(Specification specification) {
        List<String> numbers =
                specification.statements().stream().map(Statement::number).toList();
        assertEquals(specification.count(), numbers.size());
        assertEquals(numbers.size(), Set.copyOf(numbers).size());
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveATestOrAReasonForEachStatement(Specification specification) {
        Set<String> proven = Proofs.of(specification).keySet();
        assertEquals(
                List.of(),
                specification.statements().stream()
                        .filter(statement -> statement.reason() == null && !proven.contains(statement.number()))
                        .map(Statement::number)
                        .toList(),
                "statements of " + specification.title + " with neither a test nor a reason");
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotSayThatAProvenStatementCannotBeTested(Specification specification) {
        Set<String> proven = Proofs.of(specification).keySet();
        assertEquals(
                List.of(),
                specification.statements().stream()
                        .filter(statement -> statement.reason() != null && proven.contains(statement.number()))
                        .map(Statement::number)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void shouldKnowEachStatementThatATestNames(Specification specification) {
        Set<String> unknown = new TreeSet<>(Proofs.of(specification).keySet());
        unknown.removeAll(
                specification.statements().stream().map(Statement::number).collect(Collectors.toSet()));
        assertEquals(Set.of(), unknown, "numbers that " + specification.title + " does not have");
    }
}
