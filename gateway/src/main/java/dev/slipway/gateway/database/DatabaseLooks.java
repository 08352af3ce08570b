package dev.slipway.gateway.database;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.database.DatabaseContract;
import dev.slipway.contracts.database.DatabaseContract.Of;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Usage;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What servers tell of themselves: asked of the runtime on the host of the data, or of any runtime
 * for somebody else's server.
 */
final class DatabaseLooks {
  private final Stores stores;
  private final Bus bus;

  DatabaseLooks(Stores stores, Bus bus) {
    this.stores = stores;
    this.bus = bus;
  }

  private record StatisticsView(
      String nodeId,
      double cpuPercent,
      long memoryBytes,
      long memoryLimitBytes,
      long receivedBytes,
      long sentBytes,
      int processes,
      @Nullable Integer connections) {

    static StatisticsView of(String node, Usage uses, @Nullable Integer connections) {
      return new StatisticsView(
          node,
          Math.round(uses.cpus() * 1_000) / 10.0,
          uses.memoryBytes(),
          uses.memoryLimitBytes(),
          uses.receivedBytes(),
          uses.sentBytes(),
          uses.processes(),
          connections);
    }
  }

  Future<Reply> statistics(Call call) {
    return stores
        .databases()
        .get(Databases.id(call))
        .compose(known -> {
          if (known.external()) {
            throw Problem.conflict(
                "external_database",
                "Somebody else runs '"
                    + known.name()
                    + "': what its server uses is not known here.",
                "GET /api/databases/" + known.id() + "/insights asks the server itself.");
          }
          String node = place(known);
          return uses(node, known)
              .compose(uses ->
                  connections(node, known)
                      .map(open -> Reply.ok(StatisticsView.of(node, uses, open.orElse(null)))));
        });
  }

  /** Of the serving one; others of its servers run only while it is replaced, and are small. */
  private Future<Usage> uses(String node, ProjectDatabase known) {
    return bus.ask(
            NodeContract.DATABASE_STATS.at(node), new NodeContract.DatabaseStatsOf(known.id()))
        .map(found ->
            found.usages().stream()
                .max(Comparator.comparingLong(Usage::memoryBytes))
                .orElseThrow(() -> notRunning(known)));
  }

  /** A server that is busy may answer nothing: what it uses is told all the same. */
  private Future<Optional<Integer>> connections(String node, ProjectDatabase known) {
    return ask(DatabaseContract.INSIGHTS.at(node), known)
        .map(told -> Optional.of(told.connections().used()))
        .otherwise(Optional.empty());
  }

  Future<Reply> insights(Call call) {
    return stores
        .databases()
        .get(Databases.id(call))
        .compose(known ->
            ask(
                known.external()
                    ? DatabaseContract.INSIGHTS
                    : DatabaseContract.INSIGHTS.at(place(known)),
                known))
        .map(Reply::ok);
  }

  private <A> Future<A> ask(Ask<Of, A> ask, ProjectDatabase known) {
    return bus.ask(ask, new Of(known.id()));
  }

  /** Where its server runs just now. */
  private static String place(ProjectDatabase known) {
    String node = known.nodeId();
    if (node == null || known.stopped() || known.status() == DatabaseStatus.STOPPED) {
      throw notRunning(known);
    }
    return node;
  }

  private static Problem notRunning(ProjectDatabase known) {
    return Problem.conflict(
        "database_not_running",
        "'" + known.name() + "' does not run just now: it is " + known.status().wire() + ".",
        known.stopped()
            ? "Start it: POST /api/databases/" + known.id() + "/start."
            : "Wait until it runs; GET /api/databases/" + known.id() + " tells.");
  }
}
