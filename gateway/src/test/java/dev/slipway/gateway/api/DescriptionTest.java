package dev.slipway.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.problem.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptionTest {
  @Test
  void whoNamesAnImageOrADockerfileMeansThatOne() {
    assertThat(Description.of(build("image", "nginx")).build().type()).isEqualTo(BuildType.IMAGE);
    assertThat(Description.of(build("dockerfile", "./deploy/Dockerfile")).build().type())
        .isEqualTo(BuildType.DOCKERFILE);
    assertThat(Description.of(build("dockerfile", "./deploy/Dockerfile")).build().dockerfile())
        .isEqualTo("deploy/Dockerfile");
    assertThat(Description.of(new JsonObject()).build().type()).isEqualTo(BuildType.AUTO);
  }

  private static JsonObject build(String field, String value) {
    return new JsonObject().put("build", new JsonObject().put(field, value));
  }

  @Test
  void theRootHasManyNames() {
    for (String root : new String[] {"/", ".", "./", "//"}) {
      assertThat(Description.of(new JsonObject().put("rootDirectory", root)).rootDirectory())
          .isNull();
    }
    assertThat(Description.of(new JsonObject().put("rootDirectory", "/apps//web/")).rootDirectory())
        .isEqualTo("apps/web");
  }

  @Test
  void oneDomainIsAListOfOne() {
    ApplicationConfig known =
        Description.of(new JsonObject().put("domains", new JsonArray().add("a.b").add("c.d")));
    assertThat(Description.over(known, new JsonObject().put("domain", "E.F")).domains())
        .containsExactly("e.f");
    assertThat(Description.over(known, new JsonObject().putNull("domains")).domains()).isEmpty();
    assertThat(Description.over(known, new JsonObject().put("port", 1)).domains())
        .containsExactly("a.b", "c.d");
  }

  @Test
  void aFieldGivenTwiceInDifferentWordsIsRefused() {
    JsonObject twice =
        new JsonObject()
            .put("buildCommand", "x")
            .put("build", new JsonObject().put("buildCommand", "y"));
    assertThatThrownBy(() -> Description.of(twice))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("build.buildCommand");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git.example.org/me/app.git",
        "http://127.0.0.1:8080/app",
        "git://host/app",
        "ssh://git@host:2222/me/app.git",
        "git@host.example:me/app.git",
        "https://[::1]:8080/app"
      })
  void addressesOfRepositories(String address) {
    assertThat(Repository.mistake(address)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://token@host/app", "ssh://git:pw@host/app", "file:///etc/passwd", "/srv/app",
            "../app", "host/app",
        "ext::sh -c id", "-x@host:y", "https://", "https://host", "javascript:alert(1)",
            "git@host:-x y"
      })
  void whatIsNone(String address) {
    assertThat(Repository.mistake(address)).isNotNull().doesNotContain("token", "pw");
  }
}
