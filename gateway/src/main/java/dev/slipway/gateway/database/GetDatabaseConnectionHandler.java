package dev.slipway.gateway.database;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.auth.Scope;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.store.DatabaseStore.Address;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a database is connected to; the password for an admin who asks for it, and that is noted. */
final class GetDatabaseConnectionHandler implements Endpoint {
  private static final String MASK = "****";

  private final Stores stores;
  private final Changes changes;

  GetDatabaseConnectionHandler(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  private record View(
      String url,
      @Nullable String externalUrl,
      String host,
      int port,
      String user,
      @Nullable String password,
      String database,
      boolean tls,
      String reference) {}

  private record Found(ProjectDatabase known, Address address) {}

  @Override
  public Future<Reply> answer(Call call) {
    DatabaseId id = Databases.id(call);
    boolean reveal = call.flag("reveal");
    if (reveal) {
      call.require(Scope.ADMIN, "Showing the password");
    }
    Future<Found> found =
        reveal
            ? changes.make(call, "database.reveal", id.value(), in -> find(in, id))
            : find(stores, id);
    return found.compose(
        there -> host(there.known()).map(host -> Reply.ok(view(there, host.orElse(null), reveal))));
  }

  private static Future<Found> find(Stores in, DatabaseId id) {
    return in.databases()
        .get(id)
        .compose(known -> in.databases().address(id).map(address -> new Found(known, address)));
  }

  /** The host that its external port is on; empty: it has none, or no place yet. */
  private Future<Optional<String>> host(ProjectDatabase known) {
    String node = known.nodeId();
    return known.config().externalPort() == null || node == null
        ? Future.succeededFuture(Optional.empty())
        : stores
            .nodes()
            .find(new NodeId(node))
            .map(found -> found.map(there -> there.machine().address()));
  }

  private static View view(Found found, @Nullable String outside, boolean reveal) {
    ProjectDatabase known = found.known();
    Address address = found.address();
    ServerAccess access = address.access();
    DatabaseEngine engine = known.engine();
    // of ours the name that whichever server serves has, not that of one generation
    String host = known.external() ? address.host() : known.name();
    int port = address.port();
    boolean tls = address.tls();
    String shown = reveal ? access.password().reveal() : MASK;
    Integer opened = known.config().externalPort();
    return new View(
        engine.url(access.user(), shown, host, port, access.database(), tls),
        outside == null || opened == null
            ? null
            : engine.url(access.user(), shown, outside, opened, access.database()),
        host,
        port,
        access.user(),
        reveal ? access.password().reveal() : null,
        access.database(),
        tls,
        "${{db." + known.name() + ".url}}");
  }
}
