package dev.slipway.backup.run;

import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.dump.Site;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.config.Secret;
import dev.slipway.store.DatabaseServerStore;
import dev.slipway.store.DatabaseStore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where databases are, and with which image's tools they are read. Calls block. */
public final class DatabaseServers {
  private static final String PROJECT = "dev.slipway.project";

  /** From here the Internet is reached, as from every container. */
  private static final String OUTSIDE = "bridge";

  private final BackupConfig config;
  private final DockerEngine engine;
  private final DatabaseStore databases;
  private final DatabaseServerStore servers;
  private final PlatformServer platform;

  public DatabaseServers(
      BackupConfig config,
      DockerEngine engine,
      PlatformServer platform,
      DatabaseStore databases,
      DatabaseServerStore servers) {
    this.config = config;
    this.platform = platform;
    this.engine = engine;
    this.databases = databases;
    this.servers = servers;
  }

  /**
   * The server that serves a database.
   *
   * @throws Problem {@code database_stopped}, 404 when there is no such database
   */
  public DatabaseServer serving(String id) {
    ProjectDatabase database = databases.get(new DatabaseId(id)).await();
    if (database.stopped()) {
      throw Problem.conflict(
          "database_stopped",
          "The database '" + database.name() + "' is stopped: nothing can be read from it.",
          "Start it first.");
    }
    return server(database, database.generation());
  }

  /** The server of the platform's own database. */
  public DatabaseServer platform() {
    return platform.with(image(DatabaseEngine.POSTGRESQL, PlatformServer.VERSION, null));
  }

  /**
   * One of a database's servers, whether it serves or is being filled; ours or the external one.
   */
  public DatabaseServer generation(String id, int generation) {
    return server(databases.get(new DatabaseId(id)).await(), generation);
  }

  private DatabaseServer server(ProjectDatabase database, int generation) {
    var address = databases.address(database.id()).await();
    var access = address.access();
    var ours = database.external() ? null : ofOurs(database, generation);
    String version = ours == null ? database.version() : ours.version();
    return new DatabaseServer(
        database.engine(),
        version,
        image(database.engine(), version, ours == null ? database.config().image() : ours.image()),
        database.external() ? List.of(OUTSIDE) : List.of(network(database)),
        ours == null
            ? judged(address.host())
            : DatabaseServerStore.hostName(database.name(), generation),
        address.port(),
        access.user(),
        access.password(),
        access.database(),
        address.tls(),
        !database.external());
  }

  private DatabaseServerStore.Server ofOurs(ProjectDatabase database, int generation) {
    return servers.of(database.id()).await().stream()
        .filter(server -> server.generation() == generation)
        .findFirst()
        .orElseThrow(() ->
            Problem.conflict(
                "database_stopped",
                "The database '" + database.name() + "' has no server yet.",
                "Wait until it was created."));
  }

  /** The tool connects to the address that was judged: a name may lead elsewhere a moment later. */
  private String judged(String host) {
    return config.addresses().resolve(host).getFirst().getHostAddress();
  }

  private String network(ProjectDatabase database) {
    Map<String, String> labels =
        Map.of(Site.INSTALLATION, config.installation(), PROJECT, database.projectId().value());
    return engine.networks(labels).stream()
        .findFirst()
        .orElseThrow(() ->
            Problem.conflict(
                "database_stopped",
                "The network of the database's project is not on this host's engine.",
                "Start the database; on several hosts, run the backup service beside a manager."))
        .name();
  }

  /**
   * A server of this kind that nobody runs: what a scratch server is like.
   *
   * @param image null: the engine's own for this version
   */
  public DatabaseServer like(
      DatabaseEngine kind, String version, @Nullable String image, String database) {
    return new DatabaseServer(
        kind,
        version,
        image(kind, version, image),
        List.of(),
        "127.0.0.1",
        kind.port(),
        owner(kind),
        new Secret(""),
        database,
        false,
        true);
  }

  /** Who owns a scratch server when nobody is left who knows who owned the source. */
  private static String owner(DatabaseEngine kind) {
    return switch (kind) {
      case POSTGRESQL -> "postgres";
      case MARIADB, MYSQL, MONGODB -> "root";
      case REDIS, VALKEY -> "default";
    };
  }

  private String image(DatabaseEngine kind, String version, @Nullable String custom) {
    String image =
        config.images().of(kind, version, custom, name -> engine.image(name).isPresent());
    return ToolImages.ensured(engine, image, "SLIPWAY_DATABASE_" + kind.name() + "_IMAGE");
  }
}
