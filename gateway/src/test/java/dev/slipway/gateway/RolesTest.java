package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.people.Role;
import dev.slipway.gateway.Client.Answer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RolesTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private final People people = new People(GATEWAY);

  private static List<String> ids(Answer answer) {
    return answer.expect(200).items().stream()
        .map(item -> ((JsonObject) item).getString("id"))
        .toList();
  }

  @Test
  void whatSomebodyMayNotSeeIsNotThereForHim() {
    String mine = people.project("mine");
    String theirs = people.project("theirs");
    String app = people.application("of-mine", mine);
    String other = people.application("of-theirs", theirs);
    String deployment =
        GATEWAY
            .admin()
            .post("/api/applications/" + other + "/deployments", "{}")
            .expect(202)
            .string("id");
    Client owner = people.session(people.somebody(Role.OWNER, mine));

    owner.get("/api/applications/" + app).expect(200);
    Answer hidden = owner.get("/api/applications/" + other).expect(404);
    Answer none = owner.get("/api/applications/app_00000000000000000000").expect(404);
    assertThat(hidden.text().replace(other, "ID"))
        .isEqualTo(none.text().replace("app_00000000000000000000", "ID"));
    owner.get("/api/deployments/" + deployment).expect(404);
    owner.get("/api/deployments/" + deployment + "/logs").expect(404);
    owner.delete("/api/projects/" + theirs).expect(404);
    owner.post("/api/applications", application("sneaked-in", theirs)).expect(404);
    owner.post("/api/applications", application("let-in", mine)).expect(201);

    assertThat(ids(owner.get("/api/projects"))).containsExactly(mine);
    assertThat(ids(owner.get("/api/applications"))).contains(app).doesNotContain(other);
    assertThat(ids(owner.get("/api/applications?projectId=" + theirs))).isEmpty();
    assertThat(ids(owner.get("/api/deployments"))).isEmpty();
    assertThat(owner.get("/api/events?limit=500").expect(200).text())
        .contains(app)
        .doesNotContain(other)
        .doesNotContain(deployment);
    owner.get("/api/nodes").expect(403);
    owner.get("/api/users").expect(403);
  }

  private static String application(String name, String project) {
    return "{\"name\":\"%s\",\"projectId\":\"%s\",\"repository\":\"https://git.example.org/x.git\"}"
        .formatted(name, project);
  }

  @Test
  void aViewerLooksAndDoesNothing() {
    String app = people.application("looked-at", people.project("looked-at"));
    Client viewer = people.session(people.somebody(Role.VIEWER, null));
    viewer.get("/api/applications/" + app).expect(200);
    assertThat(
            viewer
                .post("/api/applications/" + app + "/deployments", "{}")
                .expect(403)
                .string("remedy"))
        .contains("role");
    viewer.patch("/api/applications/" + app, "{\"replicas\":2}").expect(403);
    viewer.get("/api/applications/" + app + "/environment?reveal=true").expect(403);
    people
        .session(people.somebody(Role.DEVELOPER, null))
        .get("/api/applications/" + app + "/environment?reveal=true")
        .expect(403);
    people
        .session(people.somebody(Role.ADMIN, null))
        .get("/api/applications/" + app + "/environment?reveal=true")
        .expect(200);
  }

  @Test
  void aKeyNeverMayMoreThanItsMakerAndEndsWithHim() {
    String app = people.application("keyed", people.project("keyed"));
    String id = people.somebody(Role.ADMIN, null);
    Answer made =
        people
            .session(id)
            .post("/api/keys", "{\"name\":\"ci\",\"scopes\":[\"admin\"]}")
            .expect(201);
    Client key = new Client(GATEWAY.apiPort(), made.string("key"));
    Client elsewhere = new Client(GATEWAY.another().port(), made.string("key"));
    Client session = people.session(id);
    String rename = "{\"replicas\":1}";
    for (Client each : List.of(key, elsewhere, session)) {
      each.patch("/api/applications/" + app, rename).expect(200);
      each.post("/api/invitations", "{\"email\":\"z@example.org\",\"role\":\"owner\"}").expect(403);
    }
    people.somebody(Role.OWNER, null);
    GATEWAY.admin().patch("/api/users/" + id, "{\"role\":\"viewer\"}").expect(200);
    for (Client each : List.of(key, elsewhere, session)) {
      each.patch("/api/applications/" + app, rename).expect(403);
      each.get("/api/applications/" + app).expect(200);
    }
    assertThat(ids(people.session(people.somebody(Role.ADMIN, null)).get("/api/keys"))).isEmpty();
    GATEWAY.admin().delete("/api/users/" + id).expect(204);
    for (Client each : List.of(key, elsewhere, session)) {
      each.get("/api/applications/" + app).expect(401);
    }
  }

  @Test
  void aKeyOfOneProjectWorksThereAlone() {
    String project = people.project("fenced-in");
    String app = people.application("inside", project);
    String other = people.application("outside", people.project("outside"));
    String key =
        GATEWAY
            .admin()
            .post(
                "/api/keys",
                "{\"name\":\"ci\",\"scopes\":[\"admin\"],\"projectId\":\"" + project + "\"}")
            .expect(201)
            .string("key");
    Client client = new Client(GATEWAY.apiPort(), key);
    client.get("/api/applications/" + app).expect(200);
    client.get("/api/applications/" + other).expect(404);
    assertThat(ids(client.get("/api/applications"))).containsExactly(app);
    client.post("/api/keys", "{\"name\":\"escape\",\"scopes\":[\"admin\"]}").expect(403);
    client.post("/api/projects", "{\"name\":\"escape\"}").expect(403);
    client.get("/api/nodes").expect(403);
    client.post("/api/invitations", "{\"email\":\"z@example.org\",\"role\":\"owner\"}").expect(403);
    assertThat(ids(client.get("/api/keys"))).isEmpty();
    assertThat(
            GATEWAY
                .admin()
                .post("/api/keys", "{\"name\":\"ci\",\"projectId\":\"prj_none\"}")
                .expect(422)
                .fields())
        .containsExactly("projectId");
  }

  @Test
  void anInvitationWorksOnceAndForNobodyWhoIsKnown() {
    Client owner = people.session(people.somebody(Role.OWNER, null));
    Answer made =
        owner
            .post("/api/invitations", "{\"email\":\"Bob@example.org\",\"role\":\"viewer\"}")
            .expect(201);
    assertThat(ids(owner.get("/api/invitations"))).contains(made.string("id"));
    JsonObject accept =
        new JsonObject()
            .put("token", made.string("token"))
            .put("name", "Bob")
            .put("password", "purple monkey dishwasher 41");
    Answer session = GATEWAY.nobody().post("/api/invitations/accept", accept.encode()).expect(201);
    assertThat(session.string("email")).isEqualTo("bob@example.org");
    GATEWAY.nobody().post("/api/invitations/accept", accept.encode()).expect(404);
    assertThat(
            owner
                .post("/api/invitations", "{\"email\":\"bob@example.org\",\"role\":\"owner\"}")
                .expect(409)
                .string("code"))
        .isEqualTo("email_taken");

    String gone =
        owner
            .post("/api/invitations", "{\"email\":\"carl@example.org\",\"role\":\"viewer\"}")
            .expect(201)
            .string("token");
    GATEWAY
        .database()
        .query("update invitations set expires_at = now() where email = 'carl@example.org'")
        .await();
    GATEWAY
        .nobody()
        .post("/api/invitations/accept", accept.put("token", gone).encode())
        .expect(404);
  }

  @Test
  void aProjectsOwnerLetsPeopleIntoItAndNowhereElse() {
    String project = people.project("let-in");
    String other = people.project("kept-out");
    Client owner = people.session(people.somebody(Role.OWNER, project));
    String wish = "{\"email\":\"%s@example.org\",\"role\":\"owner\",\"projectId\":%s}";
    owner.post("/api/invitations", wish.formatted("d1", "\"" + project + "\"")).expect(201);
    owner.post("/api/invitations", wish.formatted("d2", "\"" + other + "\"")).expect(404);
    owner.post("/api/invitations", wish.formatted("d3", "null")).expect(403);
    String somebody = people.somebody(Role.VIEWER, other);
    Answer changed =
        owner
            .patch(
                "/api/users/" + somebody,
                "{\"role\":\"developer\",\"projectId\":\"" + project + "\"}")
            .expect(200);
    assertThat(changed.text()).contains(project).doesNotContain(other);
    owner
        .patch("/api/users/" + somebody, "{\"role\":null,\"projectId\":\"" + project + "\"}")
        .expect(200);
    owner.patch("/api/users/" + somebody, "{\"role\":\"owner\"}").expect(403);
    owner.delete("/api/users/" + somebody).expect(403);
  }

  @Test
  void theLastOwnerStays() {
    GATEWAY.database().query("delete from users").await();
    String last = people.somebody(Role.OWNER, null);
    Client owner = people.session(last);
    assertThat(owner.patch("/api/users/" + last, "{\"role\":\"admin\"}").expect(409).string("code"))
        .isEqualTo("last_owner");
    owner.delete("/api/users/" + last).expect(409);
    GATEWAY.admin().delete("/api/users/" + last).expect(409);
    String second = people.somebody(Role.OWNER, null);
    people.session(second).delete("/api/users/" + last).expect(204);
    owner.get("/api/session").expect(401);
  }
}
