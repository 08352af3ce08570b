package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Api;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Backups and restores of one platform, as somebody asks for them from outside. */
final class Backups {
  private static final List<String> ENDS = List.of("verified", "failed", "cancelled", "success");

  private final Supplier<Api> api;

  Backups(Supplier<Api> api) {
    this.api = api;
  }

  /** Asks for a backup of a database; its id. */
  String asked(JsonNode database, Map<String, ?> more) {
    Map<String, Object> fields = new HashMap<>(more);
    fields.put("databaseId", id(database));
    return id(api.get().post("/backups", fields).expect(202).json());
  }

  /** Takes one, which must be verified. */
  JsonNode verified(JsonNode database, Map<String, ?> more) {
    return ended("/backups/" + asked(database, more), "verified");
  }

  /** Puts one back, which must succeed. */
  JsonNode restored(Map<String, ?> fields) {
    JsonNode asked = api.get().post("/restores", fields).expect(202).json();
    return ended("/restores/" + id(asked), "success");
  }

  /** The code of why a backup failed, as it must; also that it says what to do. */
  String failed(String backup) {
    JsonNode found = ended("/backups/" + backup, "failed");
    assertThat(found.path("verifiedAt").isNull()).as(found.toPrettyString()).isTrue();
    assertThat(found.at("/failure/detail").asText()).as(found.toPrettyString()).isNotBlank();
    assertThat(found.at("/failure/remedy").asText()).as(found.toPrettyString()).isNotBlank();
    return found.at("/failure/code").asText();
  }

  JsonNode now(String backup) {
    return api.get().get("/backups/" + backup).expect(200).json();
  }

  String status(String backup) {
    return now(backup).path("status").asText();
  }

  /** All that a query finds, on one page. */
  List<JsonNode> listed(String query) {
    JsonNode items = api.get().get("/backups?limit=200&" + query).expect(200).json().path("items");
    return items.valueStream().toList();
  }

  JsonNode ended(String path, String status) {
    JsonNode found = ended(path);
    assertThat(found.path("status").asText()).as(found.toPrettyString()).isEqualTo(status);
    return found;
  }

  JsonNode ended(String path) {
    long end = System.nanoTime() + Databases.LIMIT.toNanos();
    while (true) {
      JsonNode found = api.get().get(path + "?wait=30").expect(200).json();
      if (ENDS.contains(found.path("status").asText())) {
        return found;
      }
      assertThat(System.nanoTime()).as(found.toPrettyString()).isLessThan(end);
    }
  }

  static String id(JsonNode thing) {
    return thing.path("id").asText();
  }
}
