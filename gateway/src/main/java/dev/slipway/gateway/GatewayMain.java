package dev.slipway.gateway;

import dev.slipway.gateway.auth.OperatorKey;
import dev.slipway.gateway.http.Contract;
import dev.slipway.gateway.people.FirstOwner;
import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.cluster.Ground;
import dev.slipway.platform.cluster.Role;
import dev.slipway.platform.cluster.Service;
import dev.slipway.platform.cluster.ServiceProcess;
import dev.slipway.platform.cluster.StartPhase;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.store.KeyStore;
import dev.slipway.store.ProcessStore;
import dev.slipway.store.Resealing;
import dev.slipway.store.UserStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** A gateway in a process of its own; any number of them may run. */
public final class GatewayMain implements Role {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private GatewayMain() {}

  public static void main(String[] args) {
    Contract.preload();
    ServiceMain.run(
        "slipway gateway",
        () ->
            ServiceProcess.start(
                new GatewayMain(), Settings.of(System.getenv()), ProcessStore::new));
  }

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public Future<Door> door(Vertx vertx, Settings settings, Supplier<StartPhase> phase) {
    GatewayConfig config = GatewayConfig.from(settings);
    settings.check();
    return StartingDoor.open(vertx, config, phase);
  }

  @Override
  public Service on(Ground ground) {
    GatewayConfig config = GatewayConfig.from(ground.settings());
    Path data = ground.settings().path("SLIPWAY_DATA", "~/.slipway");
    ground.settings().check();
    new Resealing(ground.truth(), ground.vault()).sealPlain();
    OperatorKey.ensure(data, new KeyStore(ground.truth()));
    FirstOwner.ensure(ground.settings(), new UserStore(ground.truth()));
    return Service.answering(
        new GatewayService(
            config,
            ground.truth(),
            ground.vault(),
            ground.bus(),
            ground.cluster(),
            checks(ground)));
  }

  /** The engines are behind other processes: what is asked is whether one of them is there. */
  private static HealthChecks checks(Ground ground) {
    var processes = new ProcessStore(ground.truth());
    return new HealthChecks(ground.vertx())
        .add("database", PATIENCE, () -> ground.truth().ping().map(""))
        .add("docker", PATIENCE, () -> someReady(processes, "runtime"))
        .add("builder", PATIENCE, () -> someReady(processes, "builder"));
  }

  private static Future<String> someReady(ProcessStore processes, String role) {
    return processes
        .ready(role)
        .compose(ready ->
            ready > 0
                ? Future.succeededFuture("")
                : Future.failedFuture("No process of the role " + role + " is ready."));
  }
}
