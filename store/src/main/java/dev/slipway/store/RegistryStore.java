package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Registries that ask for credentials. Passwords pass through the vault on their way in and out.
 */
public final class RegistryStore {
  private static final String TAKEN = "23505";

  private final Queries database;
  private final Vault vault;

  public RegistryStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * A registry, without its password.
   *
   * @param address host, and port where it is not the usual one
   */
  public record Registry(
      String id,
      String name,
      String address,
      String username,
      Instant updatedAt,
      String updatedBy) {}

  /** What is presented to a registry. */
  public record Login(String address, String username, String password) {
    /** Without the password. */
    @Override
    public String toString() {
      return "Login[" + address + ", " + username + ", ***]";
    }
  }

  public Future<List<Registry>> all() {
    return database.list("select * from registries order by name limit 1000", RegistryStore::read);
  }

  /** Fails with 404 when there is none. */
  public Future<Registry> get(String id) {
    return database
        .one("select * from registries where id = $1", id)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("registry", id);
          }
          return read(row);
        });
  }

  /**
   * Adds a registry.
   *
   * @throws Problem {@code registry_exists} when the name or the address is taken
   */
  public Future<String> add(String name, Login login, String actor) {
    String id = FreshId.of("reg");
    return database
        .query(
            """
            insert into registries(id, name, address, username, password_sealed, updated_by)
              values ($1, $2, $3, $4, $5, $6)
            """,
            id,
            name,
            login.address(),
            login.username(),
            vault.seal(login.password()),
            actor)
        .map(id)
        .recover(failure -> Future.failedFuture(explained(failure)));
  }

  /** Gives a registry other credentials. Fails with 404 when there is none. */
  public Future<Void> change(String id, String username, String password, String actor) {
    return changed(
        database.update(
            """
            update registries set username = $2, password_sealed = $3, updated_by = $4,
              updated_at = now() where id = $1
            """,
            id,
            username,
            vault.seal(password),
            actor),
        id);
  }

  /** Fails with 404 when there is none. */
  public Future<Void> remove(String id) {
    return changed(database.update("delete from registries where id = $1", id), id);
  }

  /** The credentials for a registry by its host and port, opened; empty when none are kept. */
  public Future<Optional<Login>> login(String address) {
    return database
        .one(
            "select address, username, password_sealed from registries where address = $1",
            row ->
                new Login(
                    row.getString("address"),
                    row.getString("username"),
                    vault.open(row.getString("password_sealed"))),
            address)
        .map(Optional::ofNullable);
  }

  private static Registry read(Row row) {
    return new Registry(
        row.getString("id"),
        row.getString("name"),
        row.getString("address"),
        row.getString("username"),
        Rows.when(row, "updated_at"),
        row.getString("updated_by"));
  }

  private static Throwable explained(Throwable failure) {
    return failure instanceof io.vertx.pgclient.PgException taken
            && TAKEN.equals(taken.getSqlState())
        ? Problem.conflict(
            "registry_exists",
            "There is a registry of that name or address already.",
            "Change it with PATCH /api/registries/{id}, or remove it first.")
        : failure;
  }

  private static Future<Void> changed(Future<Integer> rows, String id) {
    return rows.map(count -> {
      if (count == 0) {
        throw Problem.notFound("registry", id);
      }
      return null;
    });
  }
}
