package dev.slipway.gateway.node;

import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Api;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.pg.Database;
import dev.slipway.store.RouteStore;

/** The operations on hosts and replicas, and the one class that answers each. */
public final class NodeOperations {
  private final Stores stores;
  private final Changes changes;
  private final Bus bus;
  private final Database database;

  public NodeOperations(Stores stores, Changes changes, Bus bus, Database database) {
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
    this.database = database;
  }

  /** Offers them all. */
  public void offer(Api api) {
    HostLooks looks = new HostLooks(bus, stores);
    NodePicture nodes = new NodePicture(stores, looks);
    NodeChange change = new NodeChange(changes, nodes);
    JoinChecks checks =
        new JoinChecks(stores, looks, database.url(), database.vertx().isClustered());
    ReplicaPicture replicas = new ReplicaPicture(bus, stores, new RouteStore(database));
    api.offer("listNodes", new ListNodesHandler(nodes))
        .offer("getNode", new GetNodeHandler(stores, nodes))
        .offer("updateNode", new UpdateNodeHandler(change))
        .offer("deleteNode", new DeleteNodeHandler(change))
        .offer("joinNode", new JoinNodeHandler(changes, bus, checks))
        .offer("listReplicas", new ListReplicasHandler(stores, replicas))
        .offer("execInReplica", new ExecHandler(stores, changes, bus, replicas));
  }
}
