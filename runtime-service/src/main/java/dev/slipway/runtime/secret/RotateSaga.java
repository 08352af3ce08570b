package dev.slipway.runtime.secret;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.platform.saga.StepFailure;
import dev.slipway.platform.secrets.EnvelopeVault;
import dev.slipway.platform.secrets.KeyRotation;
import dev.slipway.store.Resealing;
import dev.slipway.store.SecretRotationStore;
import dev.slipway.store.SecretRotationStore.Trouble;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings every stored secret under a new data key and every data key under the first master key.
 * Others seal and open all the while, and safe to resume at any line.
 *
 * <pre>
 *   add-key       a data key that nobody uses yet
 *   use-key       once every process can open with it, everybody seals with it
 *   seal-anew     once nobody seals with another, every row is sealed with it
 *   retire-keys   the keys that nothing is sealed with any more are forgotten
 * </pre>
 *
 * Nothing has to be undone: a rotation that stops half-way leaves more keys than needed, and the
 * next one forgets them.
 */
public final class RotateSaga implements Saga {
  static final String ADD_KEY = "add-key";

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** A process that was killed counts as gone after a minute. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final KeyRotation keys;
  private final Resealing resealing;
  private final SecretRotationStore rotations;

  public RotateSaga(Database database, EnvelopeVault vault) {
    this.keys = new KeyRotation(vault);
    this.resealing = new Resealing(database, vault);
    this.rotations = new SecretRotationStore(database);
  }

  @Override
  public Script script() {
    return Script.named(SecretRotationStore.KIND, 1)
        .step(ADD_KEY, this::addKey)
        .step("use-key", this::useKey)
        .step("seal-anew", this::sealAnew)
        .step("retire-keys", this::retireKeys)
        .build();
  }

  private record Added(String dataKey) {}

  private @Nullable Object addKey(StepContext ctx) {
    Added added = new Added(keys.add().await());
    rotations.running(ctx.subject(), added.dataKey()).await();
    return added;
  }

  private @Nullable Object useKey(StepContext ctx) throws InterruptedException {
    String key = key(ctx);
    awaitNobody(
        ctx, "cannot open secrets with the new key yet", () -> keys.notKnowing(key).await());
    ctx.inCheckpoint(tx -> keys.use(tx, key));
    return null;
  }

  /**
   * Until a look finds nothing. Whoever read or sealed with the old key may not have committed yet,
   * so each look comes after the end of all transactions that began before the one before it.
   */
  private @Nullable Object sealAnew(StepContext ctx) throws InterruptedException {
    String key = key(ctx);
    awaitNobody(ctx, "still seal with the old key", () -> keys.notSealingWith(key).await());
    int rows;
    do {
      OffsetDateTime since = resealing.now().await();
      sealAll(ctx, key);
      awaitNobody(
          ctx,
          "has not ended",
          () ->
              resealing.runsSince(since).await()
                  ? List.of("a transaction that began before " + since)
                  : List.of());
      rows = sealAll(ctx, key);
    } while (rows > 0);
    return null;
  }

  private int sealAll(StepContext ctx, String key) {
    return resealing.sealWith(
        key,
        rows -> {
          ctx.checkpoint();
          rotations.sealed(ctx.subject(), rows).await();
        });
  }

  private @Nullable Object retireKeys(StepContext ctx) {
    ctx.inCheckpoint(keys::retire);
    return null;
  }

  private static String key(StepContext ctx) {
    return ctx.output(ADD_KEY, Added.class).dataKey();
  }

  private static void awaitNobody(StepContext ctx, String what, Supplier<List<String>> who)
      throws InterruptedException {
    long began = System.nanoTime();
    for (List<String> late = who.get(); !late.isEmpty(); late = who.get()) {
      ctx.checkpoint();
      if (System.nanoTime() - began > PATIENCE.toNanos()) {
        throw Problem.failed(
            "rotation_not_confirmed",
            String.join(", ", late) + " " + what + ".",
            "Look at the log of what is named, mend or stop it, then rotate again.");
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
  }

  @Override
  public void ended(Ended how, StepContext ctx) {
    StepFailure failure = ctx.failure();
    if (how == Ended.DONE) {
      ctx.inCheckpoint(tx -> SecretRotationStore.done(tx, ctx.subject()));
      return;
    }
    Trouble trouble =
        failure == null
            ? new Trouble("cancelled", "The rotation was cancelled.", "Rotate again.")
            : new Trouble(failure.code(), failure.message(), failure.remedy());
    ctx.inCheckpoint(tx -> SecretRotationStore.failed(tx, ctx.subject(), trouble));
  }
}
