package dev.slipway.runtime.database;

import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.NodeInfo;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.runtime.service.Names;
import dev.slipway.runtime.service.Nodes;
import dev.slipway.store.DatabaseServerStore.Server;
import dev.slipway.store.DatabaseServerStore.State;
import dev.slipway.store.DatabaseWorkStore.Order;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first step of any work: refuses what cannot come to a good end before anything is touched.
 */
final class Preparation {
  private final DatabaseStores stores;
  private final DatabaseParts parts;
  private final DockerEngine engine;
  private final Nodes nodes;
  private final Names names;

  Preparation(DatabaseParts parts) {
    this.parts = parts;
    this.stores = parts.stores();
    this.engine = parts.engine();
    this.nodes = parts.base().nodes();
    this.names = parts.base().names();
  }

  /** A first server, and where its data will lie. */
  Reserved first(StepContext ctx) {
    ProjectDatabase database = begin(ctx, "Looks for a place");
    Order order = ctx.input(Order.class);
    String image = image(database, database.version(), database.config());
    Server server = next(database, database.version(), image, place(image));
    mustBeFree(database, server.nodeId(), database.config());
    return new Reserved(database, server, null, null, database.config(), order.restoreId() != null);
  }

  /** The server that serves, as it is. */
  Reserved same(StepContext ctx) {
    ProjectDatabase database = begin(ctx, "Looks at the server");
    Server server = serving(database);
    mustBeReachable(server);
    mustBeFree(database, server.nodeId(), database.config());
    return new Reserved(database, server, null, server.image(), database.config(), false);
  }

  /** Like {@link #same}, of a database that its owner has not stopped. */
  Reserved started(StepContext ctx) {
    Reserved reserved = same(ctx);
    mustBeStarted(reserved.before());
    return reserved;
  }

  /** The server that serves, as it shall be. */
  Reserved changed(StepContext ctx) {
    ProjectDatabase database = begin(ctx, "Looks at the change");
    DatabaseConfig config =
        Objects.requireNonNullElse(ctx.input(Order.class).config(), database.config());
    Server server = serving(database);
    mustBeReachable(server);
    mustBeFree(database, server.nodeId(), config);
    String image = image(database, server.version(), config);
    return new Reserved(database, withImage(server, image), null, server.image(), config, false);
  }

  /** A server beside the one that serves, to be filled; of another version when one is ordered. */
  Reserved replacement(StepContext ctx) {
    ProjectDatabase database = begin(ctx, "Looks for a place");
    Order order = ctx.input(Order.class);
    mustBeStarted(database);
    mustBeWhole(order);
    Server former = serving(database);
    mustBeReachable(former);
    String version = Objects.requireNonNullElse(order.version(), database.version());
    // a custom image is of the version it is of
    DatabaseConfig config = order.version() == null ? database.config() : plain(database.config());
    String image = image(database, version, config);
    Server server = next(database, version, image, former.nodeId());
    return new Reserved(database, server, former, former.image(), config, true);
  }

  /** Whatever is there. */
  Reserved anything(StepContext ctx) {
    ProjectDatabase database = begin(ctx, "Is removed");
    Server server = stores.servers().serving(database.id()).await();
    Server any =
        server != null ? server : next(database, database.version(), "", nodes.lately().self());
    return new Reserved(database, any, null, null, database.config(), false);
  }

  private ProjectDatabase begin(StepContext ctx, String words) {
    stores.works().step(ctx.fence(), words).await();
    return stores.rows().any(new DatabaseId(ctx.subject())).await();
  }

  private Server serving(ProjectDatabase database) {
    Server server = stores.servers().serving(database.id()).await();
    if (server == null) {
      throw Problem.failed(
          "database_never_ran",
          "The database '" + database.name() + "' has no server yet.",
          "Read why its creation failed, remove it, and create it again.");
    }
    return server;
  }

  private Server next(ProjectDatabase database, String version, String image, String node) {
    List<Server> known = stores.servers().of(database.id()).await();
    int generation = known.isEmpty() ? 1 : known.getFirst().generation() + 1;
    return new Server(
        database.id(),
        generation,
        version,
        image,
        names.databaseService(database.name(), generation),
        names.databaseVolume(database.name(), database.id(), generation),
        node,
        State.FILLING,
        database.createdAt(),
        null);
  }

  private static Server withImage(Server server, String image) {
    return new Server(
        server.databaseId(),
        server.generation(),
        server.version(),
        image,
        server.service(),
        server.volume(),
        server.nodeId(),
        server.state(),
        server.createdAt(),
        server.replacedAt());
  }

  private static DatabaseConfig plain(DatabaseConfig config) {
    return new DatabaseConfig(null, config.resources(), config.settings(), config.externalPort());
  }

  // ---- images

  private String image(ProjectDatabase database, String version, DatabaseConfig config) {
    String image =
        parts
            .images()
            .of(database.engine(), version, config.image(), name -> engine.image(name).isPresent());
    if (engine.image(image).isEmpty()) {
      fetch(image);
    }
    return image;
  }

  private void fetch(String image) {
    try {
      engine.pull(image, null, progress -> {});
    } catch (DockerProblem.ImageMissing missing) {
      throw Problem.failed(
          "image_missing",
          "The image " + image + " is not on the engine and cannot be fetched.",
          "Correct the image's name or the version, make it known with"
              + " SLIPWAY_DATABASE_<ENGINE>_IMAGE, or make one with scripts/base-images.sh.",
          missing);
    }
  }

  // ---- nodes

  /** What never came from a registry only this engine has; else where fewest data lie. */
  private String place(String image) {
    Nodes.Seen seen = nodes.now();
    boolean onlyHere = engine.image(image).map(ImageInfo::digests).orElse(List.of()).isEmpty();
    if (seen.alone() || onlyHere) {
      return seen.self();
    }
    Map<String, Long> placed = stores.servers().perNode().await();
    return seen.open().stream()
        .min(Comparator.comparingLong(node -> placed.getOrDefault(node.id(), 0L)))
        .map(NodeInfo::id)
        .orElse(seen.self());
  }

  private void mustBeReachable(Server server) {
    Optional<NodeInfo> node = nodes.now().node(server.nodeId());
    String name = node.map(NodeInfo::hostname).orElse(server.nodeId());
    if (node.isEmpty() || node.get().lost()) {
      throw Problem.failed(
          "volume_node_down",
          "The data of this database lies on the node " + name + ", which is down.",
          "Bring that node back, then try again. If it is lost for good, restore a backup into a"
              + " new database.");
    }
    if (node.get().availability() != NodeInfo.Availability.ACTIVE) {
      throw Problem.failed(
          "volume_node_drained",
          "The data of this database lies on the node " + name + ", which takes no tasks.",
          "Make the node active again, then try again.");
    }
  }

  private void mustBeFree(ProjectDatabase database, String node, DatabaseConfig config) {
    Integer port = config.externalPort();
    @Nullable String other =
        port == null ? null : stores.servers().portTaken(database.id(), node, port).await();
    if (other != null) {
      throw Problem.failed(
          "port_taken",
          "The port " + port + " of that node leads to the database '" + other + "'.",
          "Choose another external port.");
    }
  }

  private static void mustBeStarted(ProjectDatabase database) {
    if (database.stopped()) {
      throw Problem.failed(
          "database_stopped",
          "The database '" + database.name() + "' is stopped.",
          "Start it, then try again.");
    }
  }

  /** A part of a backup would come into an empty server, and all else would be lost. */
  private void mustBeWhole(Order order) {
    String id = order.restoreId();
    if (id != null) {
      Restore restore = stores.restores().get(id).await();
      if (!restore.only().isEmpty()) {
        throw Problem.failed(
            "restore_partial",
            "Only a part of the backup is wanted, and it cannot take the place of all data.",
            "Restore that part into a new database, or the whole backup in place.");
      }
    }
  }
}
