package dev.slipway.store;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Databases as their owners know them. Passwords pass through the vault on their way in and out;
 * what runs is {@link DatabaseServerStore}'s, the work on them {@link DatabaseWorkStore}'s.
 */
public final class DatabaseStore {
  static final String SELECT =
      """
      select d.*, d.config::text as config_text, d.failure::text as failure_text from databases d
      """;

  private final Queries database;
  private final Vault vault;

  /**
   * Reads and writes by this.
   *
   * @param database a transaction to do several things in one
   */
  public DatabaseStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * A database to be.
   *
   * @param name a host name, judged already
   * @param access who may enter, where to
   */
  public record Wanted(
      String name,
      ProjectId projectId,
      DatabaseEngine engine,
      String version,
      DatabaseConfig config,
      ServerAccess access) {}

  /**
   * Where somebody else's server is.
   *
   * @param tls it must be talked to under TLS
   */
  public record External(String host, int port, boolean tls) {}

  /**
   * Where and how a database is reached just now.
   *
   * @param host of ours a name on the project's network, of the server that serves and no other
   * @param external somebody else's: reached from wherever
   */
  public record Address(
      ProjectId projectId,
      DatabaseEngine engine,
      String version,
      String host,
      int port,
      boolean tls,
      boolean external,
      ServerAccess access) {}

  /**
   * Adds a database with its daily backups and asks for its server, in one transaction.
   *
   * @param order says which restore fills it, if any
   * @return the database's id and its work's
   * @throws Problem {@code name_taken} when an application or a database has the name
   */
  public Future<Created> create(Wanted wanted, DatabaseWorkStore.Order order, String actor) {
    return create(DatabaseId.fresh(), wanted, order, actor);
  }

  /** As above, under an id that the caller has drawn because something else names it already. */
  public Future<Created> create(
      DatabaseId id, Wanted wanted, DatabaseWorkStore.Order order, String actor) {
    return database.transaction(tx ->
        insert(tx, id, wanted, null)
            .compose(done -> ScheduleStore.defaultFor(tx, id))
            .compose(
                done -> new DatabaseWorkStore(tx).ask(id, DatabaseWork.CREATE, order, actor, null))
            .map(work -> new Created(id, work)));
  }

  /** A new database and the work that makes its server. */
  public record Created(DatabaseId id, String work) {}

  /**
   * Adds somebody else's database.
   *
   * @throws Problem {@code name_taken} as for one's own
   */
  public Future<DatabaseId> addExternal(Wanted wanted, External where) {
    DatabaseId id = DatabaseId.fresh();
    return database.transaction(tx -> insert(tx, id, wanted, where).map(id));
  }

  private Future<Void> insert(
      Queries tx, DatabaseId id, Wanted wanted, @Nullable External external) {
    return Names.free(tx, wanted.name())
        .compose(free ->
            tx.query(
                """
                insert into databases(id, name, project_id, engine, version, config, username,
                    database, password_sealed, external_host, external_port, external_tls, status)
                  values ($1, $2, $3, $4, $5, cast($6::text as jsonb), $7, $8, $9, $10, $11, $12, $13)
                """,
                id.value(),
                wanted.name(),
                wanted.projectId().value(),
                wanted.engine().wire(),
                wanted.version(),
                Json.text(wanted.config()),
                wanted.access().user(),
                wanted.access().database(),
                vault.seal(wanted.access().password().reveal()),
                external == null ? null : external.host(),
                external == null ? null : external.port(),
                external != null && external.tls(),
                (external == null ? DatabaseStatus.CREATING : DatabaseStatus.EXTERNAL).wire()))
        .mapEmpty();
  }

  /** Fails with 404 when there is none. */
  public Future<ProjectDatabase> get(DatabaseId id) {
    return database
        .one(SELECT + " where d.id = $1 and not d.deleting", DatabaseStore::read, id.value())
        .map(found -> present(found, id));
  }

  /** Like {@link #get}, one that is being removed included: for the saga that removes it. */
  public Future<ProjectDatabase> any(DatabaseId id) {
    return database
        .one(SELECT + " where d.id = $1", DatabaseStore::read, id.value())
        .map(found -> present(found, id));
  }

  private static ProjectDatabase present(@Nullable ProjectDatabase found, DatabaseId id) {
    if (found == null) {
      throw Problem.notFound("database", id.value());
    }
    return found;
  }

  /** The database of this name in a project; null when there is none. */
  public Future<@Nullable ProjectDatabase> find(ProjectId project, String name) {
    return database.one(
        SELECT + " where d.project_id = $1 and d.name = $2 and not d.deleting",
        DatabaseStore::read,
        project.value(),
        name);
  }

  /** A page of those that may be seen, newest last. */
  public Future<List<ProjectDatabase>> list(
      @Nullable ProjectId project,
      @Nullable String nameContains,
      int limit,
      String after,
      Visible visible) {
    return database.list(
        SELECT
            + """
             where not d.deleting and d.id > $1
               and ($2::text is null or d.project_id = $2)
               and ($3::text is null or strpos(d.name, $3) > 0)
            """
            + visible.condition("d.project_id", 5)
            + " order by d.id limit $4",
        DatabaseStore::read,
        visible.with(after, project == null ? null : project.value(), nameContains, limit));
  }

  /** Where those of these are that somebody else runs. */
  public Future<Map<DatabaseId, External>> externals(Collection<DatabaseId> ids) {
    return database
        .list(
            """
            select id, external_host, external_port, external_tls from databases
              where external_host is not null and id = any($1)
            """,
            row ->
                Map.entry(
                    new DatabaseId(row.getString("id")),
                    new External(
                        row.getString("external_host"),
                        row.getInteger("external_port"),
                        row.getBoolean("external_tls"))),
            (Object) ids.stream().map(DatabaseId::value).toArray(String[]::new))
        .map(found ->
            found.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** Who may enter it, with the password. */
  public Future<ServerAccess> access(DatabaseId id) {
    return address(id).map(Address::access);
  }

  /** Where its server is that serves, and who may enter. Fails with 404 when there is none. */
  public Future<Address> address(DatabaseId id) {
    return database
        .one("select d.* from databases d where d.id = $1", this::address, id.value())
        .map(found -> {
          if (found == null) {
            throw Problem.notFound("database", id.value());
          }
          return found;
        });
  }

  private Address address(Row row) {
    DatabaseEngine engine = engine(row);
    String host = row.getString("external_host");
    Integer port = row.getInteger("external_port");
    return new Address(
        new ProjectId(row.getString("project_id")),
        engine,
        row.getString("version"),
        host == null
            ? DatabaseServerStore.hostName(row.getString("name"), row.getInteger("generation"))
            : host,
        port == null ? engine.port() : port,
        row.getBoolean("external_tls"),
        host != null,
        new ServerAccess(
            row.getString("username"),
            new Secret(vault.open(row.getString("password_sealed"))),
            row.getString("database")));
  }

  /**
   * Somebody else's server is elsewhere now, or lets others in.
   *
   * @param expected the etag the caller knows; null: whatever it is
   * @return what is there now; applications that refer to it keep what they were started with, so
   *     tell {@link EnvironmentStore#referringTo}
   * @throws Problem 412 when it has changed meanwhile, 409 when it is one of ours
   */
  public Future<ProjectDatabase> changeExternal(
      DatabaseId id, External where, ServerAccess access, @Nullable Long expected) {
    return database
        .update(
            """
            update databases set external_host = $2, external_port = $3, external_tls = $4,
                username = $5, database = $6, password_sealed = $7, etag = etag + 1,
                updated_at = now()
              where id = $1 and not deleting and external_host is not null
                and ($8::bigint is null or etag = $8)
            """,
            id.value(),
            where.host(),
            where.port(),
            where.tls(),
            access.user(),
            access.database(),
            vault.seal(access.password().reveal()),
            expected)
        .compose(rows ->
            get(id)
                .map(found -> {
                  if (rows == 0) {
                    throw found.external() ? changed(found) : notExternal(found);
                  }
                  return found;
                }));
  }

  /** Forgets somebody else's database: nothing of it is ours. */
  public Future<Void> forgetExternal(DatabaseId id) {
    return database
        .update("delete from databases where id = $1 and external_host is not null", id.value())
        .compose(rows ->
            rows > 0
                ? Future.succeededFuture()
                : get(id).compose(found -> Future.failedFuture(notExternal(found))));
  }

  static Problem changed(ProjectDatabase found) {
    return new Problem(
        412,
        "changed_meanwhile",
        "Changed meanwhile",
        "The database has version " + found.etag() + " now.",
        "Read it again, redo the change, and send its ETag in If-Match.",
        List.of(),
        null);
  }

  private static Problem notExternal(ProjectDatabase found) {
    return Problem.conflict(
        "database_not_external",
        "Slipway runs the database '" + found.name() + "' itself.",
        "Change its configuration, or remove it, by its own operations.");
  }

  /**
   * What an application connects with: a secret, to be shown to nobody who has not asked for it.
   */
  public Future<Secret> url(DatabaseId id) {
    return get(id)
        .compose(found ->
            address(id)
                .map(address ->
                    new Secret(
                        DatabaseReferences.url(
                            address, found.external() ? address.host() : found.name()))));
  }

  private static DatabaseEngine engine(Row row) {
    return DatabaseEngine.valueOf(row.getString("engine").toUpperCase(Locale.ROOT));
  }

  static ProjectDatabase read(Row row) {
    return new ProjectDatabase(
        new DatabaseId(row.getString("id")),
        row.getString("name"),
        new ProjectId(row.getString("project_id")),
        engine(row),
        row.getString("version"),
        Rows.json(row, "config_text", DatabaseConfig.class),
        row.getString("username"),
        row.getString("database"),
        row.getString("external_host") != null,
        row.getInteger("generation"),
        DatabaseStatus.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        row.getBoolean("stopped"),
        row.getString("node_id"),
        Rows.jsonOrNull(row, "failure_text", Failure.class),
        row.getLong("etag"),
        Rows.when(row, "created_at"),
        Rows.when(row, "updated_at"));
  }
}
