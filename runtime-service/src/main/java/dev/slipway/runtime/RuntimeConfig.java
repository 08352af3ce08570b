package dev.slipway.runtime;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.Registry;
import dev.slipway.platform.config.RegistrySettings;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.runtime.backup.BackupWait;
import dev.slipway.runtime.database.DatabaseParts;
import dev.slipway.runtime.keep.KeepConfig;
import dev.slipway.runtime.node.HostParts;
import dev.slipway.runtime.service.TaskAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How this host runs releases.
 *
 * @param owner a name that no two living processes share
 * @param installation 12 hexadecimal digits, in the name and labels of everything made
 * @param domain suffix of the generated host names
 * @param taskAddress under which of its addresses the ingress finds a task
 * @param registry where nodes fetch images from, or null when they are on this engine alone
 * @param concurrency deployments at a time
 * @param keep what is collected when
 * @param databases which image a database's server runs
 * @param addresses where servers may be that others run
 * @param backupsWithin how long a deployment waits for each backup that is due before it
 * @param backupsTold for how long the database must say on end that a wait for a backup is over
 * @param upgradeBackupWithin how long an upgrade waits for the proof of the backup that it restores
 */
public record RuntimeConfig(
    String owner,
    String installation,
    String domain,
    TaskAddress taskAddress,
    @Nullable Registry registry,
    int concurrency,
    KeepConfig keep,
    ServerImage databases,
    AddressGuard addresses,
    Duration backupsWithin,
    Duration backupsTold,
    Duration upgradeBackupWithin) {
  static final String DEFAULT_DOMAIN = "127.0.0.1.sslip.io";
  static final int DEFAULT_CONCURRENCY = 10;
  static final Duration DEFAULT_BACKUPS_WITHIN = Duration.ofHours(1);

  /** With the images of databases that are known without any setting. */
  public RuntimeConfig(
      String owner,
      String installation,
      String domain,
      TaskAddress taskAddress,
      @Nullable Registry registry,
      int concurrency,
      KeepConfig keep) {
    this(
        owner,
        installation,
        domain,
        taskAddress,
        registry,
        concurrency,
        keep,
        ServerImage.plain(),
        new AddressGuard(false),
        DEFAULT_BACKUPS_WITHIN,
        BackupWait.TOLD);
  }

  /** With the longest wait of an upgrade for its backup that is usual. */
  public RuntimeConfig(
      String owner,
      String installation,
      String domain,
      TaskAddress taskAddress,
      @Nullable Registry registry,
      int concurrency,
      KeepConfig keep,
      ServerImage databases,
      AddressGuard addresses,
      Duration backupsWithin,
      Duration backupsTold) {
    this(
        owner,
        installation,
        domain,
        taskAddress,
        registry,
        concurrency,
        keep,
        databases,
        addresses,
        backupsWithin,
        backupsTold,
        DatabaseParts.UPGRADE_BACKUP_WITHIN);
  }

  /** What this host answers from when it is asked about itself. */
  HostParts host(Stores stores, DockerEngine engine) {
    Registry images = registry;
    return new HostParts(
        owner,
        installation,
        stores,
        engine,
        images == null ? null : images.address(),
        images == null ? null : images.auth(),
        taskAddress.wire());
  }

  /** Reads the settings; the caller checks them for mistakes. */
  public static RuntimeConfig from(Settings settings, String owner, String installation) {
    Registry registry =
        RegistrySettings.from(settings)
            .map(r -> Registry.of(r.address(), r.username(), r.password().reveal()))
            .orElse(null);
    TaskAddress usual = registry == null ? TaskAddress.BRIDGE : TaskAddress.PUBLISHED;
    return new RuntimeConfig(
        owner,
        installation,
        settings.text("SLIPWAY_DOMAIN", DEFAULT_DOMAIN),
        settings.choice("SLIPWAY_TASK_ADDRESS", usual),
        registry,
        settings.number("SLIPWAY_DEPLOY_CONCURRENCY", DEFAULT_CONCURRENCY, 1, 100),
        KeepConfig.from(settings),
        ServerImage.from(settings),
        AddressGuard.from(settings),
        settings.duration("SLIPWAY_DEPLOY_BACKUP_LIMIT", DEFAULT_BACKUPS_WITHIN),
        BackupWait.TOLD,
        settings.duration("SLIPWAY_UPGRADE_BACKUP_LIMIT", DatabaseParts.UPGRADE_BACKUP_WITHIN));
  }
}
