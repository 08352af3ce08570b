package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.Json;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Shell;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A first owner, somebody he invites, and what that one may do; by the front door and a browser's
 * cookie.
 */
@ExtendWith(OnePlatform.class)
final class PeopleIT {
  private static final String PASSWORD = "correct horse battery staple 9";

  private final World world;

  PeopleIT(World world) {
    this.world = world;
  }

  @Test
  void somebodyWhoWasInvitedAsAViewerLooksAndDeploysNothing() {
    String application =
        world
            .api()
            .create(
                Map.of(
                    "name", World.name("people"), "repository", "https://git.example.org/x.git"));
    String owner = World.name("ada") + "@example.org";
    String viewer = World.name("bob") + "@example.org";
    Shell.Outcome setup =
        world.host().slipway(Map.of("SLIPWAY_PASSWORD", PASSWORD), "setup", "--email", owner);
    assertThat(setup.code()).as(setup.output()).isZero();
    Browser ada = Browser.signedIn(world.api(), owner);

    String token =
        ada.send("POST", "/invitations", Map.of("email", viewer, "role", "viewer"))
            .expect(201)
            .json()
            .path("token")
            .asText();
    Browser bob =
        new Browser(
            world.api(),
            world
                .api()
                .withoutKey()
                .post(
                    "/invitations/accept",
                    Map.of("token", token, "name", "Bob", "password", PASSWORD))
                .expect(201));

    bob.send("GET", "/applications/" + application, null).expect(200);
    Answer refused = bob.send("POST", "/applications/" + application + "/deployments", Map.of());
    Answer granted = ada.send("POST", "/applications/" + application + "/deployments", Map.of());
    PromiseReport.tell(
        "T24",
        "one platform: a viewer who was invited is answered %d for a deployment, its owner %d"
            .formatted(refused.status(), granted.status()));
    refused.expect(403);
    granted.expect(202);

    Shell.Outcome removed = world.host().slipway(Map.of(), "user", "remove", viewer);
    assertThat(removed.code()).as(removed.output()).isZero();
    bob.send("GET", "/applications/" + application, null).expect(401);
    ada.send("DELETE", "/session", null).expect(204);
    ada.send("GET", "/session", null).expect(401);
  }

  /** A browser with a session's cookie, on a page of the platform's own. */
  private record Browser(Api api, String cookie) {
    Browser(Api api, Answer opened) {
      this(
          api.withoutKey(),
          opened.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0]);
    }

    static Browser signedIn(Api api, String email) {
      return new Browser(
          api,
          api.withoutKey()
              .post("/session", Map.of("email", email, "password", PASSWORD))
              .expect(201));
    }

    Answer send(String method, String path, @Nullable Object body) {
      Map<String, String> headers = new HashMap<>();
      headers.put("cookie", cookie);
      headers.put("origin", "http://" + api.base().getAuthority());
      return api.send(method, path, body == null ? null : Json.write(body), headers);
    }
  }
}
