// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each part is replaced by each road while two hundred clients talk: nobody is disconnected, nothing is lost. */
class SwapsIT {
    private static final int SWAPS = Integer.getInteger("mortise.swaps");
    private static final long SEED = Long.getLong("mortise.swaps.seed");

    @TempDir
    static Path folder;

    private static Stage stage;

    @BeforeAll
    static void begin() throws Exception {
        stage = new Stage(folder);
        stage.beCalm(5);
    }

    @AfterAll
    static void end() throws Exception {
        if (stage != null) {
            stage.table().write(Path.of(System.getProperty("mortise.swaps.table")), "Java " + stage.javaVersion());
            stage.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotBeNoticedByWhicheverRoadItComes(Part part) throws Exception {
        int before = stage.classLoaders();
        for (Road road : Road.values()) {
            if (road.isOpenTo(part)) {
                stage.replace(part, road);
            }
        }
        stage.replaceWhileSomeAreAway(part, Road.UPDATE);
        stage.awaitClassLoaders(before);
    }

    @Test
    void shouldNotBeNoticedHoweverManyFollowEachOther() throws Exception {
        Random random = new Random(SEED);
        int before = stage.classLoaders();
        for (int i = 0; i < SWAPS; i++) {
            Part part = Part.values()[random.nextInt(Part.values().length)];
            List<Road> roads =
                    Stream.of(Road.values()).filter(road -> road.isOpenTo(part)).toList();
            stage.replaceWhileSomeAreAway(part, roads.get(random.nextInt(roads.size())));
        }
        stage.awaitClassLoaders(before);
    }
}
