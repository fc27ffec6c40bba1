// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs last, writes the table, and fails if a statement is not proven. */
@Order(Integer.MAX_VALUE)
@ExtendWith(Run.Resolver.class)
class TableIT {

    @Test
    void shouldShowEachStatementProvenOrNotTestable(Run run) throws IOException {
        Table table = new Table(run);
        Files.writeString(Path.of(System.getProperty("mortise.conformance.table")), table.markdown());
        assertEquals(List.of(), table.unproven(), "statements that are not proven");
    }
}
