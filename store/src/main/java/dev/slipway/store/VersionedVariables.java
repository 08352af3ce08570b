package dev.slipway.store;

import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Variables of a kind of owner, every version of them. Values pass through the vault on their way
 * in and out, so the table never depends on how they are kept.
 */
final class VersionedVariables {
  private final Queries database;
  private final Vault vault;
  private final Owner owner;

  VersionedVariables(Queries database, Vault vault, Owner owner) {
    this.database = database;
    this.vault = vault;
    this.owner = owner;
  }

  /** Whose variables they are. */
  enum Owner {
    APPLICATION(
        "application",
        "applications",
        "environments",
        "application_id",
        "and not deleting",
        """
        (select p.environment_version from projects p
          join applications a on a.project_id = p.id where a.id = $1)\
        """),
    PROJECT("project", "projects", "project_environments", "project_id", "", "0");

    private final String kind;
    private final String rows;
    private final String versions;
    private final String key;
    private final String there;
    private final String standsOn;

    Owner(String kind, String rows, String versions, String key, String there, String standsOn) {
      this.kind = kind;
      this.rows = rows;
      this.versions = versions;
      this.key = key;
      this.there = there;
      this.standsOn = standsOn;
    }

    private String sql(String text) {
      return text.replace("{rows}", rows)
          .replace("{versions}", versions)
          .replace("{key}", key)
          .replace("{there}", there)
          .replace("{stands on}", standsOn);
    }
  }

  Future<Environment> current(String id) {
    return current(database, id);
  }

  Future<Environment> version(String id, int version) {
    if (version == 0) {
      return Future.succeededFuture(Environment.EMPTY);
    }
    return database
        .one(
            owner.sql(
                """
                select version, items::text as items from {versions}
                  where {key} = $1 and version = $2
                """),
            id,
            version)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("version " + version + " of the variables of " + owner.kind, id);
          }
          return environment(row);
        });
  }

  Future<List<EnvironmentStore.Version>> versions(String id, int below, int limit) {
    return database.list(
        owner.sql(
            """
            select version, actor, created_at, items::text as items from {versions}
              where {key} = $1 and version < $2 order by version desc limit $3
            """),
        row ->
            new EnvironmentStore.Version(
                row.getInteger("version"),
                row.getString("actor"),
                Rows.when(row, "created_at"),
                sealed(row.getString("items")).stream().map(EnvironmentVariable::key).toList()),
        id,
        below,
        limit);
  }

  Future<Environment> edit(
      String id,
      String actor,
      @Nullable Long expected,
      UnaryOperator<List<EnvironmentVariable>> edit) {
    return database.transaction(tx ->
        tx.one(owner.sql("select id from {rows} where id = $1 {there} for update"), id)
            .compose(held -> current(tx, id))
            .compose(newest -> {
              if (expected != null && expected != newest.version()) {
                return Future.failedFuture(changed(newest.version()));
              }
              List<EnvironmentVariable> items = edit.apply(newest.items());
              return items.equals(newest.items())
                  ? Future.succeededFuture(newest)
                  : add(tx, id, actor, new Environment(newest.version() + 1, items));
            }));
  }

  private Future<Environment> current(Queries queries, String id) {
    return queries
        .one(
            owner.sql(
                """
                select o.environment_version as version, e.items::text as items
                  from {rows} o
                  left join {versions} e
                    on e.{key} = o.id and e.version = o.environment_version
                  where o.id = $1
                """),
            id)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound(owner.kind, id);
          }
          return row.getString("items") == null ? Environment.EMPTY : environment(row);
        });
  }

  private Future<Environment> add(Queries tx, String id, String actor, Environment next) {
    List<EnvironmentVariable> sealed =
        next.items().stream().map(item -> with(item, vault.seal(item.value()))).toList();
    return tx.query(
            owner.sql(
                """
                insert into {versions}({key}, version, items, actor, project_version)
                  values ($1, $2, cast($3::text as jsonb), $4, {stands on})
                """),
            id,
            next.version(),
            Json.text(sealed),
            actor)
        .compose(done ->
            tx.query(
                owner.sql("update {rows} set environment_version = $2 where id = $1"),
                id,
                next.version()))
        .map(next);
  }

  private Environment environment(Row row) {
    return new Environment(row.getInteger("version"), opened(vault, row.getString("items")));
  }

  /** The variables of a column, in clear; none when there is no row. */
  static List<EnvironmentVariable> opened(Vault vault, @Nullable String items) {
    return items == null
        ? List.of()
        : sealed(items).stream().map(item -> with(item, vault.open(item.value()))).toList();
  }

  private static List<EnvironmentVariable> sealed(String items) {
    return List.of(Json.read(items, EnvironmentVariable[].class));
  }

  static EnvironmentVariable with(EnvironmentVariable item, String value) {
    return new EnvironmentVariable(
        item.key(), value, item.secret(), item.updatedAt(), item.updatedBy());
  }

  private static Problem changed(int version) {
    return new Problem(
        412,
        "changed_meanwhile",
        "Changed meanwhile",
        "The environment has version " + version + " now.",
        "Read it again, redo the change, and send its ETag in If-Match.",
        List.of(),
        null);
  }
}
