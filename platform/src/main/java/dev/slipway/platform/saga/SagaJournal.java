package dev.slipway.platform.saga;

import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements by which a runner owns sagas and writes their journal. Every write carries the
 * fence.
 */
final class SagaJournal {
  private final Database database;
  private final String owner;
  private final long leaseMs;

  SagaJournal(Database database, String owner, Duration lease) {
    this.database = database;
    this.owner = owner;
    this.leaseMs = lease.toMillis();
  }

  Database database() {
    return database;
  }

  /**
   * Becomes the owner of one saga that is free, and records the beginning of its first step; null
   * when none is free. {@code capacity}: how many this owner runs at a time.
   */
  Future<@Nullable ClaimedSaga> claim(List<Script> scripts, int capacity) {
    return database.one(
        SagaSql.CLAIM,
        ClaimedSaga::of,
        scripts.stream().map(Script::name).toArray(String[]::new),
        scripts.stream().map(Script::version).toArray(Integer[]::new),
        scripts.stream().map(s -> s.steps().getFirst().name()).toArray(String[]::new),
        scripts.stream().map(s -> s.pointOfNoReturn() == 0).toArray(Boolean[]::new),
        owner,
        leaseMs,
        capacity);
  }

  /** Looks for work no more: sagas that prefer this owner need not wait for it. */
  Future<Void> leave(List<Script> scripts) {
    return database
        .query(SagaSql.LEAVE, owner, scripts.stream().map(Script::name).toArray(String[]::new))
        .mapEmpty();
  }

  /** What a killed process left under our name is free from now on. */
  Future<Void> inherit(List<Script> scripts) {
    return database
        .query(SagaSql.INHERIT, owner, scripts.stream().map(Script::name).toArray(String[]::new))
        .mapEmpty();
  }

  /** Renews the leases; a row for each saga that is still ours, with its cancel request. */
  Future<RowSet<Row>> heartbeat(Collection<Fence> fences) {
    return database.query(
        SagaSql.HEARTBEAT,
        fences.stream().map(Fence::sagaId).toArray(String[]::new),
        fences.stream().map(Fence::number).toArray(Long[]::new),
        leaseMs);
  }

  /** Gives the leases back: anybody may go on at once. */
  Future<Void> release(Collection<Fence> fences) {
    return database
        .query(
            SagaSql.RELEASE,
            fences.stream().map(Fence::sagaId).toArray(String[]::new),
            fences.stream().map(Fence::number).toArray(Long[]::new))
        .mapEmpty();
  }

  /**
   * Records the end of one step, the beginning of another, or both, in one statement. The next step
   * does not begin when the saga was cancelled before its point of no return.
   */
  Future<Progress> checkpoint(Queries queries, Fence fence, Checkpoint what) {
    return queries
        .query(
            SagaSql.CHECKPOINT,
            fence.sagaId(),
            fence.number(),
            leaseMs,
            what.ended,
            what.output,
            what.begun,
            what.begunName,
            what.crossing)
        .compose(rows -> progress(fence, rows));
  }

  private static Future<Progress> progress(Fence fence, RowSet<Row> rows) {
    if (rows.size() == 0) {
      return Future.failedFuture(new FencedOut(fence));
    }
    Row row = rows.iterator().next();
    return Future.succeededFuture(
        new Progress(
            row.getBoolean("cancel_requested"),
            row.getBoolean("past_return"),
            row.getInteger("attempt")));
  }

  /** A failed attempt that will be followed by another. */
  Future<Void> attemptFailed(Fence fence, int step, StepFailure failure) {
    return fenced(
        fence,
        database.query(
            SagaSql.ATTEMPT_FAILED,
            fence.sagaId(),
            fence.number(),
            leaseMs,
            step,
            Json.text(failure)));
  }

  /**
   * The saga turns back; {@code failure} is null when it was cancelled, {@code step} null when none
   * was running.
   */
  Future<Void> turnBack(Fence fence, @Nullable Integer step, @Nullable StepFailure failure) {
    return fenced(
        fence,
        database.query(
            SagaSql.TURN_BACK,
            fence.sagaId(),
            fence.number(),
            leaseMs,
            step,
            failure == null ? "cancelled" : "failed",
            failure == null ? null : Json.text(failure)));
  }

  /** The step is taken back. */
  Future<Void> undone(Fence fence, int step) {
    return fenced(
        fence, database.query(SagaSql.UNDONE, fence.sagaId(), fence.number(), leaseMs, step));
  }

  /** The saga gets its final state, and its error when it has one. */
  Future<Void> finish(Queries queries, Fence fence, String state, @Nullable StepFailure failure) {
    return fenced(
        fence,
        queries.query(
            SagaSql.FINISH,
            fence.sagaId(),
            fence.number(),
            state,
            failure == null ? null : Json.text(failure)));
  }

  /**
   * Makes the next saga, running from its first moment, with a lease that has lapsed. Whoever was
   * told that {@code former} would be cancelled was told so of what follows it.
   */
  Future<Void> insertHandedOver(Queries queries, Fence former, NewSaga next) {
    return queries
        .query(
            SagaSql.HANDED_OVER,
            next.id(),
            next.kind(),
            next.version(),
            next.subject(),
            next.exclusive(),
            Json.text(next.input()),
            former.sagaId())
        .mapEmpty();
  }

  private static Future<Void> fenced(Fence fence, Future<RowSet<Row>> write) {
    return write.compose(rows ->
        rows.rowCount() > 0 || rows.size() > 0
            ? Future.succeededFuture()
            : Future.failedFuture(new FencedOut(fence)));
  }

  /** What a checkpoint found: {@code attempt} is that of the step just begun, 0 when none was. */
  record Progress(boolean cancelRequested, boolean pastReturn, int attempt) {}

  /** What a checkpoint records. */
  record Checkpoint(
      @Nullable Integer ended,
      @Nullable String output,
      @Nullable Integer begun,
      @Nullable String begunName,
      boolean crossing) {

    Checkpoint ended(int step, @Nullable String itsOutput) {
      return new Checkpoint(step, itsOutput, begun, begunName, crossing);
    }

    static Checkpoint end(int step, @Nullable String output) {
      return new Checkpoint(step, output, null, null, false);
    }

    static Checkpoint begin(int step, String name, boolean crossing) {
      return new Checkpoint(null, null, step, name, crossing);
    }
  }
}
