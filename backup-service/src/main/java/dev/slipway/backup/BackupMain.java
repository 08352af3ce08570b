package dev.slipway.backup;

import dev.slipway.backup.run.BackupConfig;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.cluster.Ground;
import dev.slipway.platform.cluster.Role;
import dev.slipway.platform.cluster.Service;
import dev.slipway.platform.cluster.ServiceProcess;
import dev.slipway.platform.config.Settings;
import dev.slipway.store.ProcessStore;
import dev.slipway.store.Resealing;

/** The backup service in a process of its own, beside the engine its tools run on. */
public final class BackupMain implements Role {
  private BackupMain() {}

  public static void main(String[] args) {
    ServiceMain.run(
        "slipway backup",
        () ->
            ServiceProcess.start(
                new BackupMain(), Settings.of(System.getenv()), ProcessStore::new));
  }

  @Override
  public String name() {
    return "backup";
  }

  @Override
  public Service on(Ground ground) {
    Settings settings = ground.settings();
    BackupConfig config = BackupConfig.from(settings, ground.self().id(), ground.installation());
    String host = settings.text("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST);
    settings.check();
    DockerEngine engine = JavaDockerEngine.at(host);
    String node = engine.info().nodeId();
    new Resealing(ground.truth(), ground.vault()).sealPlain();
    var backups =
        new BackupService(
            config,
            new BackupService.Databases(ground.truth(), ground.relaxed()),
            ground.bus(),
            engine,
            ground.vault(),
            node);
    return new Service(backups, node, backups::running, config.concurrency(), engine);
  }
}
