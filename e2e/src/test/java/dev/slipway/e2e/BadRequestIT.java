package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(OnePlatform.class)
final class BadRequestIT {
  private final World world;

  BadRequestIT(World world) {
    this.world = world;
  }

  /**
   * A request nobody can carry out.
   *
   * @param field what the answer must name; empty: the body as a whole
   */
  record Mistake(String body, List<Integer> status, String field) {}

  static Stream<Mistake> mistakes() {
    List<Integer> invalid = List.of(400, 422);
    String fine = "\"name\":\"fine\",\"repository\":\"http://127.0.0.1:1/x.git\"";
    return Stream.of(
        new Mistake("{\"name\":", List.of(400), ""),
        new Mistake("not json", List.of(400), ""),
        new Mistake("[]", invalid, ""),
        new Mistake("{}", invalid, "name"),
        new Mistake("{" + fine + ",\"colour\":\"red\"}", invalid, "colour"),
        new Mistake("{" + fine + ",\"build\":{\"typo\":\"auto\"}}", invalid, "build.typo"),
        new Mistake("{" + fine + ",\"build\":{\"type\":\"magic\"}}", invalid, "build.type"),
        new Mistake("{" + fine + ",\"port\":\"many\"}", invalid, "port"),
        new Mistake("{" + fine + ",\"port\":70000}", invalid, "port"),
        new Mistake("{" + fine + ",\"replicas\":-1}", invalid, "replicas"),
        new Mistake(
            "{" + fine + ",\"healthCheck\":{\"path\":\"health\"}}", invalid, "healthCheck.path"),
        new Mistake(
            "{" + fine + ",\"volumes\":[{\"name\":\"data\",\"path\":\"data\"}]}",
            invalid,
            "volumes"),
        new Mistake("{" + fine + ",\"resources\":{\"memoryMb\":1}}", invalid, "resources.memoryMb"),
        new Mistake(
            "{\"name\":\"Not A Host\",\"repository\":\"http://127.0.0.1:1/x.git\"}",
            invalid,
            "name"),
        new Mistake("{\"name\":7}", invalid, "name"),
        new Mistake("{\"name\":\"no-source\"}", invalid, "repository"),
        new Mistake(
            "{\"name\":\"odd-url\",\"repository\":\"ftp://example.org/x\"}",
            invalid,
            "repository"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void badRequestsNameTheField(Mistake mistake) {
    Answer answer = world.api().send("POST", "/applications", mistake.body(), Map.of());
    assertThat(answer.status()).as(answer.body()).isIn(mistake.status());
    assertIsProblem(answer);
    if (!mistake.field().isEmpty()) {
      assertThat(StreamSupport.stream(answer.json().path("errors").spliterator(), false))
          .as(answer.body())
          .anyMatch(error -> error.path("field").asText().startsWith(mistake.field()));
    }
  }

  @Test
  void everythingElseThatIsWrongIsAProblemToo() {
    String huge = "{\"name\":\"" + "x".repeat(2_000_000) + "\"}";
    assertProblem(world.api().send("POST", "/applications", huge, Map.of()), 413);
    assertProblem(
        world.api().send("POST", "/applications", "name: x", Map.of("content-type", "text/yaml")),
        415);
    assertProblem(world.api().get("/no-such-path"), 404);
    assertProblem(world.api().get("/applications/app_nobody"), 404);
    assertProblem(world.api().get("/deployments/dep_nobody"), 404);
    assertProblem(world.api().post("/deployments/dep_nobody/rollback", Map.of()), 404);
    assertProblem(world.api().get("/applications?limit=many"), 400, 422);
    assertProblem(world.api().delete("/health"), 404, 405);
  }

  @Test
  void aNameThatIsTakenIsAConflict() {
    Map<String, Object> application =
        Map.of("name", World.name("taken"), "repository", world.git().url("any"));
    world.api().create(application);
    assertProblem(world.api().post("/applications", application), 409);
  }

  @Test
  void theSameIdempotencyKeyMakesOneThing() {
    String name = World.name("idem");
    String body = "{\"name\":\"" + name + "\",\"repository\":\"" + world.git().url("any") + "\"}";
    Map<String, String> headers = Map.of("idempotency-key", name);
    String first = id(world.api().send("POST", "/applications", body, headers));
    String second = id(world.api().send("POST", "/applications", body, headers));
    assertThat(second).isEqualTo(first);
  }

  @Test
  void anEditOfAnOldVersionIsRefused() {
    String id =
        world
            .api()
            .create(Map.of("name", World.name("etag"), "repository", world.git().url("any")));
    String tag =
        world
            .api()
            .get("/applications/" + id)
            .expect(200)
            .headers()
            .firstValue("etag")
            .orElseThrow();
    Map<String, String> stale = Map.of("if-match", tag);
    assertThat(edit(id, "{\"port\":4000}", stale).status()).isEqualTo(200);
    assertProblem(edit(id, "{\"port\":5000}", stale), 412, 409);
    assertThat(world.api().application(id).path("port").asInt()).isEqualTo(4000);
  }

  private Answer edit(String id, String body, Map<String, String> headers) {
    return world.api().send("PATCH", "/applications/" + id, body, headers);
  }

  private static String id(Answer answer) {
    return answer.expect(201).json().path("id").asText();
  }

  private static void assertProblem(Answer answer, Integer... status) {
    assertThat(answer.status()).as(answer.request() + " " + answer.body()).isIn((Object[]) status);
    assertIsProblem(answer);
  }

  private static void assertIsProblem(Answer answer) {
    assertThat(answer.contentType()).startsWith("application/problem+json");
    JsonNode problem = answer.json();
    assertThat(problem.path("status").asInt()).isEqualTo(answer.status());
    assertThat(problem.path("code").asText()).matches("[a-z][a-z0-9_]*");
    assertThat(problem.path("remedy").asText()).as(answer.body()).isNotBlank();
  }
}
