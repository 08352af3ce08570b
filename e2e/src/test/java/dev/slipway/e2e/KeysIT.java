package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.Shell;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnePlatform.class)
final class KeysIT {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  private final World world;

  KeysIT(World world) {
    this.world = world;
  }

  @Test
  void nothingButHealthAnswersWithoutAKey() {
    JsonNode paths = world.api().get("/openapi.json").expect(200).json().path("paths");
    Api nobody = world.api().withoutKey();
    Api stranger = new Api(world.api().base(), "slw_00000000000000000000000000000000");
    int refused = 0;
    for (var path : paths.properties()) {
      for (var operation : path.getValue().properties()) {
        String method = operation.getKey().toUpperCase(Locale.ROOT);
        if (METHODS.contains(operation.getKey()) && !isOpen(operation.getValue())) {
          String concrete =
              path.getKey().replaceFirst("^/api", "").replaceAll("\\{[^}]*}", "some-id");
          assertRefused(nobody.send(method, concrete, bodyFor(method), Map.of()));
          assertRefused(stranger.send(method, concrete, bodyFor(method), Map.of()));
          refused++;
        }
      }
    }
    Promise.saw("nothingButHealthAnswersWithoutAKey", "%d operations refused twice", refused);
    assertThat(refused).isGreaterThan(20);
    assertThat(nobody.get("/health").status()).isEqualTo(200);
    assertRefused(nobody.get("/no-such-path"));
  }

  @Test
  void aKeyWithoutTheRightIsForbiddenToAct() {
    Api reader = new Api(world.api().base(), keyFor(List.of("read")));
    assertThat(reader.get("/applications").status()).isEqualTo(200);
    Answer answer =
        reader.post("/applications", Map.of("name", "never", "repository", "http://x/y"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(403);
    assertThat(answer.json().path("remedy").asText()).isNotBlank();
  }

  @Test
  void aRevokedKeyStopsWorking() {
    Answer made = world.api().post("/keys", Map.of("name", "short-lived")).expect(201);
    Api api = new Api(world.api().base(), made.json().path("key").asText());
    assertThat(api.get("/applications").status()).isEqualTo(200);
    world.api().delete("/keys/" + made.json().path("id").asText()).expect(204);
    assertRefused(api.get("/applications"));
  }

  @Test
  void theFrontDoorMakesAKeyAloneOnTheLastLine() {
    Shell.Outcome outcome =
        world.host().slipway(Map.of(), "key", "create", "--name", "by-hand", "--scope", "read");
    assertThat(outcome.code()).as(outcome.output()).isZero();
    String key = outcome.output().strip().lines().toList().getLast();
    assertThat(new Api(world.api().base(), key).get("/applications").status()).isEqualTo(200);
  }

  private String keyFor(List<String> scopes) {
    return world
        .api()
        .post("/keys", Map.of("name", World.name("key"), "scopes", scopes))
        .expect(201)
        .json()
        .path("key")
        .asText();
  }

  private static boolean isOpen(JsonNode operation) {
    return operation.has("security") && operation.path("security").isEmpty();
  }

  private static String bodyFor(String method) {
    return method.equals("GET") || method.equals("DELETE") ? "" : "{}";
  }

  private static void assertRefused(Answer answer) {
    assertThat(answer.status()).as(answer.request() + " " + answer.body()).isEqualTo(401);
    assertThat(answer.contentType()).startsWith("application/problem+json");
  }
}
