package dev.slipway.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.ingress.http.TrustedProxies;
import dev.slipway.ingress.proxy.Limits;
import dev.slipway.ingress.proxy.TestOrigin;
import dev.slipway.ingress.proxy.Wire;
import dev.slipway.platform.boot.SetupFailure;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngressTest {
  @TempDir Path data;

  @BeforeEach
  void aDataDirectory() throws IOException {
    Files.createDirectories(data.resolve("routes"));
  }

  private Ingress ingress(int http, int management) {
    return new Ingress(
        Vertx.vertx(),
        new IngressConfig(data, http, management, Optional.empty(), TrustedProxies.nobody(), 1),
        Limits.defaults());
  }

  private void routeTo(TestOrigin origin) throws IOException {
    Files.writeString(
        data.resolve("routes/current.json"),
        """
        {"installationId":"x","version":7,"routes":[{"host":"a.test","applicationId":"a",
         "releaseId":"r","state":"serving","targets":[{"host":"127.0.0.1","port":%d}]}]}
        """
            .formatted(origin.port()));
  }

  @Test
  void aFolderWithRoutesIsAllItNeedsToServe() throws Exception {
    try (TestOrigin origin = TestOrigin.saying("alone")) {
      routeTo(origin);
      Ingress ingress = ingress(0, 0);
      Ingress.Ports ports = ingress.start();
      try (Wire client = Wire.to(ports.http());
          Wire operator = Wire.to(ports.management())) {
        assertThat(client.get("a.test", "/").text()).isEqualTo("alone");
        assertThat(operator.get("localhost", "/__slipway/health").text())
            .contains("\"routesVersion\":7", "\"database\":\"away\"", "\"host\":\"a.test\"");
        assertThat(operator.get("localhost", "/").status()).isEqualTo(404);
        assertThat(operator.get("localhost", "/live").status()).isEqualTo(200);
        assertThat(operator.get("localhost", "/ready").status()).isEqualTo(200);
        assertThat(operator.get("localhost", "/metrics").text())
            .contains("slipway_routes_version 7", "slipway_ingress_total{kind=\"requests\"} 1");
        assertThat(client.get("localhost", "/__slipway/health").status())
            .as("not through the public port")
            .isEqualTo(404);
        assertThat(client.get("a.test", "/__slipway/health").text())
            .as("an application may use the path")
            .isEqualTo("alone");
      }
      ingress.shutdownScript().run();
      assertThatThrownBy(() -> Wire.to(ports.http())).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void aDamagedCopyIsPassedOverAndTheHealthPageSaysSo() throws Exception {
    try (TestOrigin origin = TestOrigin.saying("last good")) {
      routeTo(origin);
      Files.move(data.resolve("routes/current.json"), data.resolve("routes/previous.json"));
      Files.writeString(data.resolve("routes/current.json"), "{\"installationId\":\"x\",\"vers");
      Ingress ingress = ingress(0, 0);
      Ingress.Ports ports = ingress.start();
      try (Wire client = Wire.to(ports.http());
          Wire operator = Wire.to(ports.management())) {
        assertThat(client.get("a.test", "/").text()).isEqualTo("last good");
        assertThat(operator.get("localhost", "/__slipway/health").text())
            .contains("\"status\":\"degraded\"", "\"damagedCopies\":[\"current.json\"]");
      }
      ingress.shutdownScript().run();
    }
  }

  @Test
  void withoutAnyReadableCopyNobodyIsToldThatAnApplicationDoesNotExist() throws Exception {
    Files.writeString(data.resolve("routes/current.json"), "garbage");
    Files.writeString(data.resolve("routes/previous.json"), "");
    Ingress ingress = ingress(0, 0);
    Ingress.Ports ports = ingress.start();
    try (Wire client = Wire.to(ports.http());
        Wire operator = Wire.to(ports.management())) {
      assertThat(client.get("a.test", "/").status()).isEqualTo(503);
      assertThat(operator.get("localhost", "/__slipway/health").text())
          .contains("\"status\":\"degraded\"", "\"routesKnown\":false");
    }
    ingress.shutdownScript().run();
  }

  @Test
  void aTakenPortIsNamedWithItsSetting() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Ingress one = ingress(taken.getLocalPort(), 0);
      assertThatThrownBy(one::start)
          .isInstanceOf(SetupFailure.class)
          .hasMessageContaining(taken.getLocalPort() + " is taken")
          .hasMessageContaining("SLIPWAY_HTTP_PORT");
      one.shutdownScript().run();
    }
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      Ingress other = ingress(0, taken.getLocalPort());
      assertThatThrownBy(other::start)
          .isInstanceOf(SetupFailure.class)
          .hasMessageContaining("SLIPWAY_INGRESS_PORT");
      other.shutdownScript().run();
    }
  }
}
