package dev.slipway.gateway;

import dev.slipway.gateway.auth.OperatorKey;
import dev.slipway.gateway.http.Contract;
import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.cluster.Ground;
import dev.slipway.platform.cluster.Service;
import dev.slipway.platform.cluster.ServiceProcess;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.InstallationStore;
import dev.slipway.store.KeyStore;
import dev.slipway.store.ProcessStore;
import java.nio.file.Path;
import java.time.Duration;

/** A gateway in a process of its own; any number of them may run. */
public final class GatewayMain {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private GatewayMain() {}

  public static void main(String[] args) {
    Contract.preload();
    ServiceMain.run(
        "slipway gateway",
        () ->
            ServiceProcess.start(
                "gateway", Settings.of(System.getenv()), ProcessStore::new, GatewayMain::service));
  }

  private static Service service(Ground ground) {
    GatewayConfig config = GatewayConfig.from(ground.settings());
    Path data = ground.settings().path("SLIPWAY_DATA", "~/.slipway");
    ground.settings().check();
    OperatorKey.ensure(data, new KeyStore(ground.truth()));
    return Service.answering(
        new GatewayService(config, ground.truth(), new PlainVault(), ground.bus(), checks(ground)));
  }

  private static HealthChecks checks(Ground ground) {
    var installation = new InstallationStore(ground.truth());
    return new HealthChecks(ground.vertx())
        .add("database", PATIENCE, () -> installation.id().map(""));
  }
}
