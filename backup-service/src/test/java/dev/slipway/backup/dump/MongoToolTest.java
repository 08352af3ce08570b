package dev.slipway.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.platform.config.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** An archive of one database in another one. */
class MongoToolTest {
  private static final DatabaseServer COPY =
      new DatabaseServer(
          DatabaseEngine.MONGODB,
          "8",
          "mongo:8",
          List.of(),
          "copy",
          27017,
          "root",
          new Secret("secret"),
          "copy",
          false,
          true);

  private final MongoTool mongo = new MongoTool();

  @Test
  void whateverItWasTakenFromItGoesIntoTheTargetsDatabase() {
    assertThat(MongoTool.filling(COPY, List.of(), true))
        .contains("--nsFrom=$database$.$collection$", "--nsTo=copy.$collection$", "--drop");
    assertThat(MongoTool.filling(COPY, List.of("orders", "shop.lines"), false))
        .contains("--nsInclude=*.orders", "--nsInclude=shop.lines")
        .doesNotContain("--drop");
  }

  @Test
  void inPlaceNothingStaysThatTheArchiveDoesNotHave() throws IOException {
    assertThat(programs(List.of())).containsExactly("mongosh", "mongorestore");
    assertThat(programs(List.of("orders"))).containsExactly("mongorestore");
  }

  private List<String> programs(List<String> only) throws IOException {
    List<String> started = new ArrayList<>();
    Tools tools =
        (what, command, env, stdin) -> {
          started.add(what);
          assertThat(String.join(" ", command)).doesNotContain("secret");
          assertThat(what.equals("mongosh"))
              .isEqualTo(command.getLast().contains("dropDatabase()"));
          var client = new PretendClient(line -> "");
          if (!stdin) {
            client.close();
          }
          return client;
        };
    try (var bench = new Bench(tools, DatabaseEngine.MONGODB, Duration.ofMinutes(1))) {
      mongo.fill(bench, COPY, InputStream.nullInputStream(), only, true);
    }
    return started;
  }

  @Test
  void itIsComparedByCollection() {
    assertThat(mongo.differences(taken(), copy(Map.of("copy.orders", 3L, "copy.a.b", 1L))))
        .isEmpty();
    assertThat(mongo.differences(taken(), copy(Map.of("copy.orders", 2L))))
        .containsExactly("a.b: missing, with 1", "orders: 2 instead of 3");
  }

  @Test
  void aPartIsMeantInWhicheverDatabaseItIs() {
    assertThat(mongo.covers(List.of("shop.orders"), "copy.orders")).isTrue();
    assertThat(mongo.covers(List.of("orders"), "copy.orders")).isTrue();
    assertThat(mongo.covers(List.of("orders"), "copy.old.orders")).isFalse();
  }

  private static Restored copy(Map<String, Long> counts) {
    return Restored.of(new TreeMap<>(counts));
  }

  private static Manifest taken() {
    return new Manifest(
        "mongodump-archive",
        "mongodump",
        "8.0",
        Instant.EPOCH,
        new TreeMap<>(Map.of("shop.orders", 3L, "shop.a.b", 1L)),
        new TreeMap<>(),
        1,
        "aa",
        1,
        "bb",
        "zstd",
        null,
        1);
  }
}
