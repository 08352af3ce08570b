package dev.slipway.platform.saga;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A saga that paints rows of a table: two reversible steps, a check, and two that go only forward.
 */
final class PaintingWorld implements SagaPromises.World {
  static final String TABLES =
      """
      CREATE TABLE paint (saga text, layer text, PRIMARY KEY (saga, layer));
      CREATE TABLE verdict (saga text PRIMARY KEY, how text, failure text);
      """;

  private static final AtomicInteger LAST = new AtomicInteger();

  private final Database database;
  private final String id;

  PaintingWorld(Database database) {
    this(database, "painting-" + LAST.incrementAndGet());
  }

  private PaintingWorld(Database database, String id) {
    this.database = database;
    this.id = id;
  }

  static PaintingWorld submitted(Database database) {
    PaintingWorld world = new PaintingWorld(database);
    world.submit();
    return world;
  }

  void submit() {
    SagaStore.submit(database, new NewSaga(id, "paint", 1, id, null, new Order("blue"))).await();
  }

  record Order(String colour) {}

  record Primer(String colour, int coats) {}

  @Override
  public Saga saga() {
    return new PaintSaga();
  }

  @Override
  public String sagaId() {
    return id;
  }

  @Override
  public void mustBeDone() {
    assertThat(layers()).containsExactly("blue-coat", "frame", "hang", "primer");
    assertThat(verdict()).isEqualTo("DONE");
  }

  @Override
  public void mustBeUndone() {
    assertThat(layers()).isEmpty();
    assertThat(verdict()).isEqualTo("UNDONE injected");
  }

  List<String> layers() {
    return database
        .list("SELECT layer FROM paint WHERE saga = $1 ORDER BY layer", r -> r.getString(0), id)
        .await();
  }

  String verdict() {
    return String.valueOf(
        database
            .one(
                "SELECT concat_ws(' ', how, failure) FROM verdict WHERE saga = $1",
                r -> r.getString(0),
                id)
            .await());
  }

  final class PaintSaga implements Saga {
    @Override
    public Script script() {
      return Script.named("paint", 1)
          .step("primer", this::primer, ctx -> remove(ctx, "primer"))
          .step("coat", this::coat, ctx -> remove(ctx, "blue-coat"))
          .step("dry", ctx -> null)
          .pointOfNoReturn()
          .step("frame", ctx -> paint(database, ctx.fence(), "frame").await())
          .step("hang", this::hang)
          .build();
    }

    private Object primer(StepContext ctx) {
      paint(database, ctx.fence(), "primer").await();
      return new Primer(ctx.input(Order.class).colour(), 2);
    }

    private Object coat(StepContext ctx) {
      ctx.checkpoint();
      String colour = ctx.output("primer", Primer.class).colour();
      ctx.inCheckpoint(tx -> paint(tx, ctx.fence(), colour + "-coat"));
      return "coated";
    }

    private Object hang(StepContext ctx) {
      assertThat(ctx.output("coat", String.class)).isEqualTo("coated");
      ctx.inCheckpoint(tx -> paint(tx, ctx.fence(), "hang"));
      return 1;
    }

    private void remove(StepContext ctx, String layer) {
      database
          .query("DELETE FROM paint WHERE saga = $1 AND layer = $2", ctx.sagaId(), layer)
          .await();
    }

    @Override
    public void ended(Ended how, StepContext ctx) {
      StepFailure failure = ctx.failure();
      ctx.inCheckpoint(tx ->
          tx.query(
              "INSERT INTO verdict VALUES ($1, $2, $3) ON CONFLICT (saga) DO UPDATE SET how = $2",
              ctx.sagaId(),
              how.name(),
              failure == null ? null : failure.code()));
    }
  }

  private static Future<Void> paint(Queries queries, Fence fence, String layer) {
    return queries
        .update(
            "INSERT INTO paint SELECT $1, $2 WHERE "
                + Fence.CONDITION.formatted("$1", "$3")
                + " ON CONFLICT (saga, layer) DO UPDATE SET layer = excluded.layer",
            fence.sagaId(),
            layer,
            fence.number())
        .compose(fence::mustHaveWritten);
  }
}
