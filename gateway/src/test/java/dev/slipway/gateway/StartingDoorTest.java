package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.cluster.Role;
import dev.slipway.platform.cluster.StartPhase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StartingDoorTest {
  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<StartPhase> phase = new AtomicReference<>(StartPhase.PENDING);
  private final GatewayConfig config =
      new GatewayConfig(
          "127.0.0.1", freePort(), freePort(), 8080, "127.0.0.1.sslip.io", Duration.ofSeconds(5));

  @SuppressWarnings("NullAway.Init")
  private Role.Door door;

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void open() {
    door = StartingDoor.open(vertx, config, phase::get).await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theStartIsToldOnBothPortsFromTheFirstMomentOn() throws Exception {
    JsonObject waiting = new JsonObject(get(config.apiPort(), "/api/installation").body());
    assertThat(waiting.getString("status")).isEqualTo("pending");
    assertThat(waiting.getString("id")).isEmpty();

    phase.set(StartPhase.INSTALLING);
    JsonObject coming = new JsonObject(get(config.uiPort(), "/api/installation").body());
    assertThat(coming.getString("status")).isEqualTo("installing");
  }

  @Test
  void whatIsNotThereYetSaysSoAndWhenToComeBack() throws Exception {
    HttpResponse<String> health = get(config.apiPort(), "/api/health");
    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).contains("It waits for its database.");

    HttpResponse<String> early = get(config.apiPort(), "/api/projects");
    assertThat(early.statusCode()).isEqualTo(503);
    assertThat(early.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(early.headers().firstValue("Retry-After")).isPresent();
    assertThat(new JsonObject(early.body()).getString("code")).isEqualTo("starting");
  }

  @Test
  void thePortsAreFreeOnceTheDoorIsClosed() throws Exception {
    get(config.apiPort(), "/api/health");
    door.close().await();
    StartingDoor.open(vertx, config, phase::get).await();
    assertThat(get(config.apiPort(), "/api/health").statusCode()).isEqualTo(503);
  }

  @Test
  void aTakenPortIsNamedWithItsSetting() {
    Vertx another = Vertx.vertx();
    assertThatThrownBy(() -> StartingDoor.open(another, config, phase::get).await())
        .isInstanceOf(SetupFailure.class)
        .hasMessageContaining("SLIPWAY_API_PORT");
    another.close().await();
  }
}
