package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gateway.auth.NewKey;
import dev.slipway.gateway.auth.OperatorKey;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.cluster.Cluster;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.KeyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class GatewayServiceTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  @Test
  void aTakenPortIsNamedWithItsSetting() {
    GatewayService second =
        new GatewayService(
            new GatewayConfig(
                "127.0.0.1", 0, GATEWAY.apiPort(), 8080, "x.example", Duration.ofSeconds(5)),
            GATEWAY.database(),
            new PlainVault(),
            GATEWAY.bus(),
            new Cluster.Alone(GATEWAY.vertx()),
            new HealthChecks(GATEWAY.vertx()));

    assertThatThrownBy(() -> GATEWAY.vertx().deployVerticle(second).await())
        .isInstanceOf(SetupFailure.class)
        .hasMessageContaining("Port " + GATEWAY.apiPort() + " is taken")
        .hasMessageContaining("SLIPWAY_API_PORT");
  }

  @Test
  void bothPortsServeTheApiAndOneTheDashboardBesides() throws Exception {
    Client ui = new Client(GATEWAY.uiPort(), GATEWAY.admin().key());
    ui.get("/api/projects").expect(200);
    var page =
        java.net.http.HttpClient.newHttpClient()
            .send(
                java.net.http.HttpRequest.newBuilder(java.net.URI.create(ui.base() + "/")).build(),
                java.net.http.HttpResponse.BodyHandlers.ofString());

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<div id=\"root\">");
    GATEWAY.admin().get("/").expect(404);
  }

  @Test
  void theOperatorsKeyIsMadeOnceAndReadableByItsOwnerAlone(@TempDir Path data) throws Exception {
    KeyStore keys = new KeyStore(GATEWAY.database());
    OperatorKey.ensure(data, keys);
    String key = Files.readString(data.resolve(OperatorKey.FILE)).strip();
    OperatorKey.ensure(data, keys);

    assertThat(NewKey.isShaped(key)).isTrue();
    assertThat(Files.readString(data.resolve(OperatorKey.FILE)).strip()).isEqualTo(key);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve(OperatorKey.FILE))))
        .isEqualTo("rw-------");
    GATEWAY.nobody().get("/api/keys", "x-api-key", key).expect(200);
  }

  @Test
  void aReadCostsNoStatementForItsKey() {
    Client client = GATEWAY.client("read");
    client.get("/api/openapi.json").expect(200);
    GATEWAY
        .database()
        .query("delete from api_keys where hash = '" + NewKey.hash(client.key()) + "'")
        .await();

    client.get("/api/openapi.json").expect(200);
  }
}
