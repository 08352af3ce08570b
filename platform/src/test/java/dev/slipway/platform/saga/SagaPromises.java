package dev.slipway.platform.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every saga must keep, run against a real database: implement this in the saga's test class,
 * give it a world, and the promises are tests of that class. Failures and crashes are injected at
 * the script's crash points, so the world needs no switches of its own.
 */
public interface SagaPromises {

  /** Where the sagas are. */
  Database database();

  /** A world in which nothing has happened yet, with one saga submitted and not claimed. */
  World freshWorld();

  /** What a saga works on, and how to see what it has done. */
  interface World {
    /** A new object for each runner, as a new process would have. */
    Saga saga();

    /** The id of the submitted saga. */
    String sagaId();

    /** Fails unless everything the saga is for has happened, once. */
    void mustBeDone();

    /**
     * Fails if anything the saga made is still there, or if the subject does not say that it
     * failed.
     */
    void mustBeUndone();
  }

  /** How long one run may take in all. */
  default Duration limit() {
    return Duration.ofSeconds(20);
  }

  @Test
  default void succeeds() {
    World world = freshWorld();
    runUntilEnded(world, "alone", CrashPoints.NONE);
    assertState(world, "done");
    world.mustBeDone();
  }

  @Test
  default void undoesCleanlyWhenEachStepFails() {
    for (String step : reversibleSteps()) {
      for (String where : List.of("before", "after-effect")) {
        World world = freshWorld();
        String point = pointAt(world, step, where);
        runUntilEnded(world, "failing at " + point, failAt(point));
        assertState(world, "undone");
        world.mustBeUndone();
      }
    }
  }

  @Test
  default void everyStepMayRunTwice() {
    World world = freshWorld();
    Set<String> crashed = ConcurrentHashMap.newKeySet();
    CrashPoints twice =
        point -> {
          if (point.endsWith(".after-effect") && crashed.add(point)) {
            throw new CrashPoints.Crash(point);
          }
        };
    runUntilEnded(world, "twice", twice);
    assertThat(crashed).hasSize(world.saga().script().stepNames().size());
    assertState(world, "done");
    world.mustBeDone();
  }

  @Test
  default void resumesAfterACrashBetweenAnyTwoLines() {
    for (String point : forwardPoints()) {
      World world = freshWorld();
      runUntilEnded(world, "crashing at " + point, crashOnceAt(point, CrashPoints.NONE));
      assertState(world, "done");
      world.mustBeDone();
    }
  }

  @Test
  default void anotherOwnerResumesAfterACrashBetweenAnyTwoLines() {
    for (String point : forwardPoints()) {
      World world = freshWorld();
      AtomicReference<@Nullable SagaRunner> dying = new AtomicReference<>();
      SagaRunner first =
          runner(
              world,
              "first owner",
              Duration.ofMillis(50),
              reached -> {
                if (reached.equals(point)) {
                  Objects.requireNonNull(dying.get()).stop();
                  throw new CrashPoints.Crash(point);
                }
              });
      dying.set(first);
      first.start().await();
      try {
        await(point)
            .atMost(limit())
            .pollInterval(Duration.ofMillis(10))
            .untilAsserted(() ->
                assertThat(ownerGone(world, first))
                    .as(() -> first.running() + " running; " + everySaga())
                    .isTrue());
      } finally {
        // not every saga comes to every point, and a runner left at work would take others' sagas
        first.stop().await();
      }
      runUntilEnded(world, "second owner", CrashPoints.NONE);
      assertState(world, "done");
      world.mustBeDone();
    }
  }

  /** What a failure is explained with. */
  private String everySaga() {
    return database()
        .list(
            "select s::text as saga from sagas s where state in ('waiting', 'running', 'undoing')",
            row -> row.getString("saga"))
        .await()
        .toString();
  }

  private boolean ownerGone(World world, SagaRunner first) {
    return first.running() == 0 && !stateOf(world).equals("waiting");
  }

  @Test
  default void goesOnUndoingAfterACrashInAnyUndo() {
    List<String> reversible = reversibleSteps();
    if (reversible.isEmpty()) {
      return;
    }
    for (String step : reversible) {
      for (String where : List.of("undo.before", "undo.after")) {
        World world = freshWorld();
        String failing = pointAt(world, reversible.getLast(), "after-effect");
        String crashing = pointAt(world, step, where);
        runUntilEnded(world, "crashing at " + crashing, crashOnceAt(crashing, failAt(failing)));
        assertState(world, "undone");
        world.mustBeUndone();
      }
    }
  }

  @Test
  default void staleOwnerCannotWrite() throws Exception {
    World world = freshWorld();
    String last = world.saga().script().stepNames().getLast();
    CountDownLatch frozen = new CountDownLatch(1);
    CountDownLatch thawed = new CountDownLatch(1);
    CrashPoints freezing =
        point -> {
          if (point.equals(pointAt(world, last, "after-effect"))) {
            frozen.countDown();
            awaitQuietly(thawed);
          }
        };
    SagaRunner stale = runner(world, "stale", Duration.ofHours(1), freezing);
    stale.start().await();
    assertThat(frozen.await(limit().toSeconds(), TimeUnit.SECONDS)).isTrue();

    runUntilEnded(world, "successor", CrashPoints.NONE);
    long fence = fenceOf(world);
    thawed.countDown();
    await().atMost(limit()).until(() -> stale.running() == 0);
    stale.stop().await();

    assertThat(fence).isGreaterThan(1);
    assertThat(fenceOf(world)).isEqualTo(fence);
    assertState(world, "done");
    world.mustBeDone();
  }

  /** One that is only looked at: nobody may take its saga for the one of the world under test. */
  private World idleWorld() {
    World world = freshWorld();
    database()
        .query(
            "update sagas set state = 'cancelled', ended_at = now() where id = $1", world.sagaId())
        .await();
    return world;
  }

  private List<String> reversibleSteps() {
    Script script = idleWorld().saga().script();
    return script.stepNames().subList(0, script.pointOfNoReturn());
  }

  private List<String> forwardPoints() {
    World world = idleWorld();
    List<String> points = new ArrayList<>();
    for (String step : world.saga().script().stepNames()) {
      for (String where : List.of("before", "after-effect", "after-checkpoint")) {
        points.add(pointAt(world, step, where));
      }
    }
    points.add(world.saga().kind() + ".ended.before");
    points.add(world.saga().kind() + ".ended.after");
    return points;
  }

  private static String pointAt(World world, String step, String where) {
    return world.saga().kind() + "." + step + "." + where;
  }

  private static CrashPoints failAt(String fatal) {
    return point -> {
      if (point.equals(fatal)) {
        throw Problem.failed("injected", "This failure was injected.", "Nothing to do.");
      }
    };
  }

  private static CrashPoints crashOnceAt(String fatal, CrashPoints otherwise) {
    Set<String> crashed = ConcurrentHashMap.newKeySet();
    return point -> {
      if (point.equals(fatal) && crashed.add(point)) {
        throw new CrashPoints.Crash(point);
      }
      otherwise.reached(point);
    };
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A crashed saga is taken up again by this runner as soon as its short lease has lapsed, as by
   * another process.
   */
  private void runUntilEnded(World world, String owner, CrashPoints crashPoints) {
    SagaRunner runner = runner(world, owner, Duration.ofMillis(50), crashPoints);
    runner.start().await();
    try {
      await(owner)
          .atMost(limit())
          .pollInterval(Duration.ofMillis(10))
          .until(() -> Set.of("done", "undone", "stuck").contains(stateOf(world)));
    } finally {
      runner.stop().await();
    }
  }

  private SagaRunner runner(
      World world, String owner, Duration heartbeat, CrashPoints crashPoints) {
    RunnerConfig config =
        new RunnerConfig(
            owner,
            4,
            Duration.ofMillis(200),
            heartbeat,
            Duration.ofMillis(20),
            new Retries(3, Duration.ofMillis(5), Duration.ofMillis(20)));
    return new SagaRunner(
        database().vertx(), database(), List.of(world.saga()), config, crashPoints);
  }

  private void assertState(World world, String state) {
    assertThat(stateOf(world)).isEqualTo(state);
  }

  private String stateOf(World world) {
    String state =
        database()
            .one("SELECT state FROM sagas WHERE id = $1", row -> row.getString(0), world.sagaId())
            .await();
    return String.valueOf(state);
  }

  private long fenceOf(World world) {
    Long fence =
        database()
            .one("SELECT fence FROM sagas WHERE id = $1", row -> row.getLong(0), world.sagaId())
            .await();
    return fence == null ? 0 : fence;
  }
}
