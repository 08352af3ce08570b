package dev.slipway.platform.cluster;

import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.DatabaseUrl;
import java.time.Duration;
import java.util.Optional;

/**
 * What every process of its own is set up with, whatever its role.
 *
 * @param databaseUrl the installation's PostgreSQL ({@code SLIPWAY_DATABASE_URL}, required)
 * @param installation the id that the database must have; empty: whatever it has ({@code
 *     SLIPWAY_INSTALLATION})
 * @param managementHost the address that {@code /live}, {@code /ready} and {@code /metrics} are on
 *     ({@code SLIPWAY_MANAGEMENT_HOST}, loopback: they need no key)
 * @param managementPort their port; 0: any free one ({@code SLIPWAY_MANAGEMENT_PORT})
 * @param drain how long work in hand may take to end when the process is asked to go ({@code
 *     SLIPWAY_DRAIN}, 30 s)
 * @param rejoin how long the process may be out of its cluster, while others live and are in reach,
 *     before it ends itself to join anew ({@code SLIPWAY_CLUSTER_REJOIN}, 45 s; 0: never)
 */
public record ProcessConfig(
    ProcessIdentity self,
    ClusterConfig cluster,
    Optional<DatabaseUrl> databaseUrl,
    Optional<String> installation,
    String managementHost,
    int managementPort,
    Duration drain,
    Duration rejoin) {
  static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);
  static final Duration DEFAULT_REJOIN = Duration.ofSeconds(45);

  /** A member that dies unsettles the others for some ten seconds; that is no reason to leave. */
  static final Duration LEAST_REJOIN = Duration.ofSeconds(20);

  private static final String REJOIN = "SLIPWAY_CLUSTER_REJOIN";

  /** Reads the settings; the caller checks them for mistakes. */
  public static ProcessConfig from(Settings settings, String role) {
    Optional<DatabaseUrl> url = settings.databaseUrl("SLIPWAY_DATABASE_URL");
    if (url.isEmpty() && settings.text("SLIPWAY_DATABASE_URL").isEmpty()) {
      settings.mistake(
          "SLIPWAY_DATABASE_URL",
          "is not set",
          "set postgresql://user:password@host:5432/database, the same for all processes");
    }
    return new ProcessConfig(
        ProcessIdentity.from(settings, role),
        ClusterConfig.from(settings),
        url,
        InstallationId.from(settings),
        settings.text("SLIPWAY_MANAGEMENT_HOST", "127.0.0.1"),
        settings.port("SLIPWAY_MANAGEMENT_PORT", 0),
        settings.duration("SLIPWAY_DRAIN", DEFAULT_DRAIN),
        rejoin(settings));
  }

  private static Duration rejoin(Settings settings) {
    Duration wish = settings.duration(REJOIN, DEFAULT_REJOIN);
    if (!wish.isZero() && wish.compareTo(LEAST_REJOIN) < 0) {
      settings.mistake(
          REJOIN,
          "is shorter than " + LEAST_REJOIN.toSeconds() + " s",
          "set " + LEAST_REJOIN.toSeconds() + "s or more, or 0s for never");
      return DEFAULT_REJOIN;
    }
    return wish;
  }
}
