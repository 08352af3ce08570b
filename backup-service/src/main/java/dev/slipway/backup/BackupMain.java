package dev.slipway.backup;

import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.cluster.Service;
import dev.slipway.platform.cluster.ServiceProcess;
import dev.slipway.platform.config.Settings;
import dev.slipway.store.ProcessStore;

/** The backup service in a process of its own. */
public final class BackupMain {
  private BackupMain() {}

  public static void main(String[] args) {
    ServiceMain.run(
        "slipway backup",
        () ->
            ServiceProcess.start(
                "backup",
                Settings.of(System.getenv()),
                ProcessStore::new,
                ground -> Service.answering(new BackupService())));
  }
}
