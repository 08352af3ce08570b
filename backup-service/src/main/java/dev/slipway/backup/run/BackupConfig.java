package dev.slipway.backup.run;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.DestinationConfig;
import dev.slipway.backup.destination.Destinations;
import dev.slipway.backup.destination.LocalRoots;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.net.AddressGuard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How this process takes backups.
 *
 * @param owner a name that no two living processes share
 * @param installation 12 hexadecimal digits, in the name and labels of every container
 * @param directories where destinations on this machine may be
 * @param addresses where other destinations and other people's databases may be
 * @param images of the servers, by engine and version
 * @param concurrency backups and restores at a time
 * @param memoryBytes of a tool's container
 * @param scratchBytes of a scratch server
 * @param start how long a scratch server may take to start
 * @param patience for how long a tool may move nothing
 * @param silence for how long a destination in the network may
 * @param libraries the folder where native libraries are unpacked
 * @param platformNetwork of the engine, where the platform's own database is found by its host name
 * @param volumes how those of applications are backed up
 */
public record BackupConfig(
    String owner,
    String installation,
    LocalRoots directories,
    AddressGuard addresses,
    ServerImage images,
    int concurrency,
    long memoryBytes,
    long scratchBytes,
    Duration start,
    Duration patience,
    Duration silence,
    Path libraries,
    String platformNetwork,
    VolumeConfig volumes) {
  private static final long MIB = 1 << 20;
  private static final String SILENCE = "SLIPWAY_DESTINATION_PATIENCE";

  /** A healthy store may pause for as long as this. */
  private static final Duration LEAST_SILENCE = Duration.ofSeconds(1);

  /** Opens a destination; its first call connects. */
  public Destination open(DestinationConfig where) {
    return new Destinations(directories, addresses, silence).open(where);
  }

  /** Reads the settings; the caller checks them for mistakes. */
  public static BackupConfig from(Settings settings, String owner, String installation) {
    Path data = settings.path("SLIPWAY_DATA", "~/.slipway");
    return new BackupConfig(
        owner,
        installation,
        new LocalRoots(data.resolve("backups"), directories(settings)),
        AddressGuard.from(settings),
        ServerImage.from(settings),
        settings.number("SLIPWAY_BACKUP_CONCURRENCY", 2, 1, 50),
        settings.bytes("SLIPWAY_BACKUP_MEMORY", 512 * MIB),
        settings.bytes("SLIPWAY_BACKUP_SCRATCH_MEMORY", 1024 * MIB),
        Duration.ofMinutes(5),
        settings.duration("SLIPWAY_BACKUP_PATIENCE", Duration.ofHours(1)),
        silence(settings),
        data.resolve("native"),
        settings.text("SLIPWAY_DATABASE_NETWORK", PlatformServer.HOST),
        VolumeConfig.from(settings));
  }

  private static Duration silence(Settings settings) {
    Duration wish = settings.duration(SILENCE, Duration.ofSeconds(30));
    if (wish.compareTo(LEAST_SILENCE) < 0) {
      settings.mistake(SILENCE, "is shorter than a second", "set 1s or more");
      return LEAST_SILENCE;
    }
    return wish;
  }

  private static List<Path> directories(Settings settings) {
    List<Path> allowed = new ArrayList<>();
    for (String directory : settings.text("SLIPWAY_BACKUP_DIRECTORIES", "").split(":")) {
      if (directory.startsWith("/")) {
        allowed.add(Path.of(directory));
      } else if (!directory.isBlank()) {
        settings.mistake(
            "SLIPWAY_BACKUP_DIRECTORIES",
            "has a folder that does not begin with a slash",
            "set it to absolute folders, separated by colons");
      }
    }
    return allowed;
  }
}
