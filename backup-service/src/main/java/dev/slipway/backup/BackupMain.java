package dev.slipway.backup;

import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.cluster.Ground;
import dev.slipway.platform.cluster.Role;
import dev.slipway.platform.cluster.Service;
import dev.slipway.platform.cluster.ServiceProcess;
import dev.slipway.platform.config.Settings;
import dev.slipway.store.ProcessStore;

/** The backup service in a process of its own. */
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
    return Service.answering(new BackupService());
  }
}
