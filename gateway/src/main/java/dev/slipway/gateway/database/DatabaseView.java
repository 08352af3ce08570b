package dev.slipway.gateway.database;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.store.DatabaseStore.External;
import dev.slipway.store.DatabaseWorkStore.Status;
import dev.slipway.store.DatabaseWorkStore.Work;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database as it looks from outside: without its password. */
record DatabaseView(
    DatabaseId id,
    String name,
    ProjectId projectId,
    DatabaseEngine engine,
    String version,
    @Nullable String image,
    Limits resources,
    Map<String, String> settings,
    @Nullable Integer externalPort,
    String user,
    String database,
    boolean external,
    String host,
    int port,
    boolean tls,
    int generation,
    DatabaseStatus status,
    boolean stopped,
    @Nullable String nodeId,
    @Nullable WorkView work,
    @Nullable Failure failure,
    Instant createdAt,
    Instant updatedAt) {

  /** What its server may use. */
  record Limits(@Nullable Integer memoryMb, @Nullable Double cpus) {}

  /** Work as it looks from outside. */
  record WorkView(
      String id,
      DatabaseId databaseId,
      DatabaseWork kind,
      Status status,
      @Nullable String step,
      String actor,
      @Nullable Failure failure,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant completedAt) {

    static WorkView of(Work work) {
      return new WorkView(
          work.id(),
          work.databaseId(),
          work.kind(),
          work.status(),
          work.step(),
          work.actor(),
          work.failure(),
          work.createdAt(),
          work.startedAt(),
          work.completedAt());
    }

    /** Where it is. */
    static String path(DatabaseId id, String work) {
      return "/api/databases/" + id + "/work/" + work;
    }
  }

  /**
   * The view.
   *
   * @param work what is done to it just now; null: nothing
   * @param external where somebody else's server is; null: it is one of ours
   */
  static DatabaseView of(ProjectDatabase known, @Nullable Work work, @Nullable External external) {
    DatabaseConfig config = known.config();
    return new DatabaseView(
        known.id(),
        known.name(),
        known.projectId(),
        known.engine(),
        known.version(),
        config.image(),
        new Limits(config.resources().memoryMb(), config.resources().cpus()),
        config.settings(),
        config.externalPort(),
        known.user(),
        known.database(),
        known.external(),
        external == null ? known.name() : external.host(),
        external == null ? known.engine().port() : external.port(),
        external != null && external.tls(),
        known.generation(),
        known.status(),
        known.stopped(),
        known.nodeId(),
        work == null ? null : WorkView.of(work),
        known.failure(),
        known.createdAt(),
        known.updatedAt());
  }
}
