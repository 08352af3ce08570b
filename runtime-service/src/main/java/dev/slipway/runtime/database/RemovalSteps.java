package dev.slipway.runtime.database;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.runtime.service.Nodes;
import dev.slipway.store.DatabaseServerStore.Server;
import dev.slipway.store.DatabaseServerStore.State;
import dev.slipway.store.DatabaseWorkStore.Order;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Steps that take a database away. */
final class RemovalSteps {
  /**
   * A node that is away removes them when it is back, by the record that the database was removed.
   */
  private static final Duration VOLUMES_WITHIN = Duration.ofSeconds(20);

  private static final long LOOK_MILLIS = 200;

  private final DatabaseStores stores;
  private final Servers servers;
  private final Nodes nodes;
  private final ServerSteps steps;

  RemovalSteps(DatabaseParts parts, Servers servers, ServerSteps steps) {
    this.stores = parts.stores();
    this.servers = servers;
    this.nodes = parts.base().nodes();
    this.steps = steps;
  }

  /** Nobody finds it any more, and its name is free. */
  @Nullable Object dismiss(StepContext ctx) {
    steps.say(ctx, "Removes the database");
    boolean keepData = !ctx.input(Order.class).removeData();
    stores.servers().dismissed(ctx.fence(), new DatabaseId(ctx.subject()), keepData).await();
    return null;
  }

  @Nullable Object takeAway(StepContext ctx) throws InterruptedException {
    DatabaseId id = new DatabaseId(ctx.subject());
    steps.say(ctx, "Stops and removes its servers");
    for (Server server : stores.servers().of(id).await()) {
      servers.removeForGood(server, steps.right(ctx));
    }
    servers.removeAll(id, steps.right(ctx));
    return null;
  }

  /** Each node removes its own; kept data stay where they are. */
  @Nullable Object removeData(StepContext ctx) throws InterruptedException {
    DatabaseId id = new DatabaseId(ctx.subject());
    if (!ctx.input(Order.class).removeData()) {
      return null;
    }
    steps.say(ctx, "Removes its data");
    stores.servers().leave(ctx.fence(), id).await();
    long deadline = System.nanoTime() + VOLUMES_WITHIN.toNanos();
    while (!gone(stores.servers().of(id).await()) && System.nanoTime() < deadline) {
      ctx.checkpoint();
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return null;
  }

  /** With a node that left the Swarm its volumes are gone, too. */
  private boolean gone(List<Server> known) {
    Nodes.Seen seen = nodes.lately();
    return known.stream()
        .allMatch(
            server -> server.state() == State.REMOVED || seen.node(server.nodeId()).isEmpty());
  }
}
