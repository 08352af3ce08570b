package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationStatus;
import dev.slipway.store.ApplicationStore;
import dev.slipway.store.Samples;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventsTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  @Test
  void aSocketIsToldWhatHappensAndResumesWhereItWas() throws Exception {
    Application application = Samples.application(GATEWAY.database());
    ApplicationStore store = new ApplicationStore(GATEWAY.database());
    String path = "/api/events?applicationId=" + application.id();
    SocketClient socket = SocketClient.open(GATEWAY.admin(), path);
    Samples.application(GATEWAY.database()); // somebody else's
    store.setStatus(application.id(), ApplicationStatus.RUNNING).await();
    // the hub may hear of its creation only now
    await().until(() -> statuses(socket).contains("running"));
    assertThat(socket.texts()).allMatch(text -> text.contains(application.id().value()));
    socket.abort();
    store.setStatus(application.id(), ApplicationStatus.DEGRADED).await();
    store.setStatus(application.id(), ApplicationStatus.FAILED).await();

    long last = new JsonObject(socket.texts().getLast()).getLong("id");
    SocketClient again = SocketClient.open(GATEWAY.admin(), path + "&after=" + last);
    await().until(() -> statuses(again).equals(List.of("degraded", "failed")));
    store.setStatus(application.id(), ApplicationStatus.RUNNING).await();
    await().until(() -> statuses(again).equals(List.of("degraded", "failed", "running")));
    again.close();
  }

  private static List<String> statuses(SocketClient socket) {
    return socket.texts().stream().map(text -> new JsonObject(text).getString("status")).toList();
  }

  @Test
  void serverSentEventsTellTheSame() throws Exception {
    Application application = Samples.application(GATEWAY.database());
    URI uri =
        URI.create(
            GATEWAY.admin().base() + "/api/events?after=0&applicationId=" + application.id());
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("x-api-key", GATEWAY.admin().key())
            .header("Accept", "text/event-stream")
            .build();
    try (InputStream stream =
            HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofInputStream())
                .body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      List<String> told = new ArrayList<>();
      while (told.stream().noneMatch(line -> line.startsWith("data: "))) {
        told.add(lines.readLine());
      }

      assertThat(told)
          .contains("event: application.changed")
          .anyMatch(line -> line.matches("id: [0-9]+"));
      assertThat(told.getLast()).contains(application.id().value()).contains("\"idle\"");
    }
  }

  @Test
  void aPageTellsWhatHasHappened() {
    Application application = Samples.application(GATEWAY.database());
    JsonObject page =
        GATEWAY.admin().get("/api/events?applicationId=" + application.id()).expect(200).json();

    assertThat(page.getJsonArray("items")).hasSize(1);
    assertThat(page.getJsonArray("items").getJsonObject(0).getString("type"))
        .isEqualTo("application.changed");
    assertThat(
            GATEWAY
                .admin()
                .get(
                    "/api/events?after="
                        + page.getLong("next")
                        + "&applicationId="
                        + application.id())
                .items())
        .isEmpty();
  }

  @Test
  void keysAreMadeShownOnceAndRevoked() {
    Client.Answer made =
        GATEWAY
            .admin()
            .post("/api/keys", new JsonObject().put("name", "ci").put("scopes", List.of("read")))
            .expect(201);
    String key = made.string("key");
    GATEWAY.nobody().get("/api/projects", "x-api-key", key).expect(200);
    GATEWAY.nobody().post("/api/projects", "{\"name\":\"x\"}", "x-api-key", key).expect(403);
    await()
        .until(() ->
            GATEWAY.admin().get(made.header("Location")).json().getString("lastUsedAt") != null);

    assertThat(GATEWAY.admin().get("/api/keys").expect(200).text())
        .contains("\"ci\"")
        .doesNotContain(key);
    GATEWAY.admin().delete(made.header("Location")).expect(204);
    GATEWAY.nobody().get("/api/projects", "x-api-key", key).expect(401);
    GATEWAY.admin().get(made.header("Location")).expect(404);
    assertThat(
            GATEWAY
                .admin()
                .post("/api/keys", "{\"name\":\"old\",\"expiresAt\":\"2001-01-01T00:00:00Z\"}")
                .expect(422)
                .fields())
        .containsExactly("expiresAt");
    assertThat(
            GATEWAY
                .admin()
                .post("/api/keys", "{\"name\":\"x\",\"scopes\":[\"root\",\"root\"]}")
                .expect(422)
                .text())
        .contains("scopes");
  }
}
