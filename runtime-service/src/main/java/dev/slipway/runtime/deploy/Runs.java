package dev.slipway.runtime.deploy;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.saga.StepContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is kept in memory of the sagas that run here. Only conveniences: after a crash the next
 * owner opens a new one and goes on.
 */
final class Runs {
  /** Time for the transaction that ends a saga, before live readers are told that its log ended. */
  private static final long COMMIT_MS = 40;

  private final DeployParts parts;
  private final DeployLog.Desk desk;
  private final Map<String, Run> open = new ConcurrentHashMap<>();

  Runs(DeployParts parts) {
    this.parts = parts;
    this.desk =
        new DeployLog.Desk(parts.stores().database().vertx(), parts.stores().logs(), parts.bus());
  }

  /** One saga at work here. */
  static final class Run {
    private final DeployLog log;
    private final Fence fence;
    private volatile @Nullable Proven proven;
    private volatile List<String> lastWords = List.of();

    private Run(DeployLog log, Fence fence) {
      this.log = log;
      this.fence = fence;
    }

    DeployLog log() {
      return log;
    }

    /** What await-healthy found in this process, still true a moment later; null after a crash. */
    @Nullable Proven proven() {
      return proven;
    }

    void prove(Proven found) {
      this.proven = found;
    }

    void lastWords(List<String> lines) {
      this.lastWords = lines;
    }

    /** The container's last lines, or the log's when there was no container. */
    List<String> tail() {
      return lastWords.isEmpty() ? log.tail() : lastWords;
    }
  }

  /**
   * Opens the saga's log ahead of its first line. One that was opened before the saga was away may
   * have had another writer since.
   */
  Future<Run> begin(StepContext ctx) {
    Run known = open.get(ctx.sagaId());
    if (known != null && known.fence.equals(ctx.fence())) {
      return Future.succeededFuture(known);
    }
    return desk.open(new DeploymentId(ctx.subject()), ctx.fence())
        .map(log -> {
          Run run = new Run(log, ctx.fence());
          open.put(ctx.sagaId(), run);
          return run;
        });
  }

  Run of(StepContext ctx) {
    Run known = open.get(ctx.sagaId());
    return known != null && known.fence.equals(ctx.fence()) ? known : begin(ctx).await();
  }

  /** Its next saga writes the log from here on. */
  void handOver(StepContext ctx) {
    of(ctx).log().leave().await();
    open.remove(ctx.sagaId());
  }

  void forget(String sagaId) {
    Run run = open.remove(sagaId);
    if (run != null) {
      run.log.unwatch();
      parts.stores().database().vertx().setTimer(COMMIT_MS, late -> run.log.close());
    }
  }

  void close() {
    open.keySet().forEach(this::forget);
  }
}
