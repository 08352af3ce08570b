package dev.slipway.store;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.DatabaseStore.Address;
import dev.slipway.store.References.Asker;
import dev.slipway.store.References.Value;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * {@code ${{db.NAME.url}}} and its parts: how a database of the same project is reached. Of ours
 * the host is the database's name, which an upgrade or a restore in place does not change.
 */
final class DatabaseReferences implements References.Scope {
  static final String WORD = "db";

  private final DatabaseStore databases;

  DatabaseReferences(Queries database, Vault vault) {
    this.databases = new DatabaseStore(database, vault);
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public Future<Optional<Value>> find(Asker asker, String path) {
    int dot = path.lastIndexOf('.');
    if (dot < 0) {
      return Future.succeededFuture(Optional.empty());
    }
    return databases
        .find(new ProjectId(asker.projectId()), path.substring(0, dot))
        .compose(found ->
            found == null
                ? Future.succeededFuture(Optional.empty())
                : databases
                    .address(found.id())
                    .map(address -> value(path.substring(dot + 1), found, address)));
  }

  private static Optional<Value> value(String attribute, ProjectDatabase found, Address address) {
    String host = found.external() ? address.host() : found.name();
    return switch (attribute) {
      case "url" -> Optional.of(new Value(url(address, host), true));
      case "host" -> Optional.of(new Value(host, false));
      case "port" -> Optional.of(new Value(Integer.toString(address.port()), false));
      case "user" -> Optional.of(new Value(address.access().user(), false));
      case "password" -> Optional.of(new Value(address.access().password().reveal(), true));
      case "database" -> Optional.of(new Value(address.access().database(), false));
      default -> Optional.empty();
    };
  }

  /**
   * The address that an application connects with; a secret.
   *
   * @param host the name of the one that serves, or of one server among several
   */
  static String url(Address address, String host) {
    return address
        .engine()
        .url(
            address.access().user(),
            address.access().password().reveal(),
            host,
            address.port(),
            address.access().database(),
            address.tls());
  }

  @Override
  public String missing(String path) {
    return "no database of this project is meant by '" + path + "'";
  }
}
