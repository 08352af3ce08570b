package dev.slipway.backup.run;

import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.pg.DatabaseUrl;
import java.util.List;

/**
 * The platform's own database as tools in containers see it.
 *
 * @param url as this process connects to it
 * @param network where that host is found: {@link #HOST}, or the engine's network that the platform
 *     runs in itself
 */
public record PlatformServer(DatabaseUrl url, String network) {
  /** The engine's host itself: the embedded server listens on its loopback only. */
  public static final String HOST = "host";

  /** Of the tools and of scratch servers: the embedded server's, and the newest supported. */
  public static final String VERSION = "17";

  /** The server, with the tools of this image. */
  public DatabaseServer with(String image) {
    return new DatabaseServer(
        DatabaseEngine.POSTGRESQL,
        VERSION,
        image,
        List.of(network),
        url.host(),
        url.port(),
        url.user(),
        new Secret(url.password()),
        url.database(),
        List.of("require", "verify-ca", "verify-full")
            .contains(url.options().getOrDefault("sslmode", "disable")),
        true);
  }
}
