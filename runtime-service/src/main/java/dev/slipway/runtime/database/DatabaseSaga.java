package dev.slipway.runtime.database;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import dev.slipway.platform.pg.Tx;
import dev.slipway.platform.saga.Action;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.Retries;
import dev.slipway.platform.saga.Retryable;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.platform.saga.StepFailure;
import dev.slipway.platform.saga.Undo;
import dev.slipway.store.DatabaseServerStore;
import dev.slipway.store.DatabaseWorkStore;
import dev.slipway.store.DatabaseWorkStore.Status;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Long work on a database, one script for each kind of it. Safe to resume at any line.
 *
 * <pre>
 *   create    reserve, start, await-healthy, fill | serve, await-serving
 *   change    reserve, change, await-healthy
 *   start     reserve, start, await-healthy
 *   restart   reserve, stop, start, await-healthy
 *   upgrade   reserve, hold, ask-backup, await-backup, start, await-healthy, fill | switch, await-serving
 *   restore   the same without hold: what is written meanwhile is not wanted any more
 *   password  reserve, draw, set | keep, change, await-healthy
 *   stop      reserve | stop
 *   remove    reserve | dismiss, take-away, remove-data
 * </pre>
 *
 * Before the bar whatever fails is undone and the database is as it was; behind it work only goes
 * forward. Of an upgrade or a restore in place the former server's data are kept for a week.
 */
public final class DatabaseSaga implements Saga {
  static final String RESERVE = "reserve";
  private static final String AWAIT_HEALTHY = "await-healthy";
  private static final String AWAIT_SERVING = "await-serving";
  private static final Duration ENGINE_BACK_OFF = Duration.ofMillis(500);

  /** About 50 s: managers that lose one of theirs elect another leader within 10 to 30. */
  private static final Retries THROUGH_ELECTION =
      new Retries(14, Duration.ofMillis(500), Duration.ofSeconds(5));

  private final DatabaseWork work;
  private final Preparation preparation;
  private final ServerSteps servers;
  private final ReplacementSteps replacement;
  private final RemovalSteps removal;
  private final PasswordSteps passwords;
  private final LastLines lines = new LastLines();
  private final Runnable reconcile;

  /**
   * The saga of one kind of work.
   *
   * @param reconcile rings the reconcile loop: something changed
   */
  public DatabaseSaga(DatabaseWork work, DatabaseParts parts, Runnable reconcile) {
    Servers engine = new Servers(parts);
    Forms forms = new Forms(parts);
    this.work = work;
    this.preparation = new Preparation(parts);
    this.servers = new ServerSteps(parts, engine, forms, lines);
    this.replacement = new ReplacementSteps(work, parts, engine, forms, servers);
    this.removal = new RemovalSteps(parts, engine, servers);
    this.passwords = new PasswordSteps(parts, servers);
    this.reconcile = reconcile;
  }

  /** One for each kind of work. */
  public static List<Saga> all(DatabaseParts parts, Runnable reconcile) {
    return Arrays.stream(DatabaseWork.values())
        .<Saga>map(work -> new DatabaseSaga(work, parts, reconcile))
        .toList();
  }

  @Override
  public String kind() {
    return DatabaseWorkStore.kind(work);
  }

  @Override
  public Script script() {
    Writer script = new Writer(Script.named(kind(), 1));
    switch (work) {
      case CREATE -> create(script);
      case CHANGE ->
          script
              .step(RESERVE, preparation::changed)
              .step("change", servers::change, servers::changeBack)
              .step(AWAIT_HEALTHY, servers::awaitChanged);
      case START ->
          script
              .step(RESERVE, preparation::same)
              .step("start", servers::start, servers::stopAgain)
              .step(AWAIT_HEALTHY, servers::awaitHealthy);
      case RESTART ->
          script
              .step(RESERVE, preparation::started)
              .step("stop", servers::stop, servers::startAgain)
              .step("start", servers::start)
              .step(AWAIT_HEALTHY, servers::awaitHealthy);
      case UPGRADE -> {
        script
            .step(RESERVE, preparation::replacement)
            .step("hold", replacement::hold, replacement::giveBack);
        replace(script);
      }
      case RESTORE -> replace(script.step(RESERVE, preparation::replacement));
      case PASSWORD ->
          script
              .step(RESERVE, preparation::started)
              .step("draw", passwords::draw, passwords::forget)
              .step("set", passwords::set, passwords::setBack)
              .pointOfNoReturn()
              .step("keep", passwords::keep)
              .step("change", servers::change)
              .step(AWAIT_HEALTHY, servers::awaitHealthy);
      case STOP ->
          script.step(RESERVE, preparation::same).pointOfNoReturn().step("stop", servers::stop);
      case REMOVE ->
          script
              .step(RESERVE, preparation::anything)
              .pointOfNoReturn()
              .step("dismiss", removal::dismiss)
              .step("take-away", removal::takeAway)
              .step("remove-data", removal::removeData);
    }
    return script.build();
  }

  private void create(Writer script) {
    script
        .step(RESERVE, preparation::first)
        .step("start", servers::startNew, servers::removeNew)
        .step(AWAIT_HEALTHY, servers::awaitHealthy)
        .step("fill", replacement::fill, replacement::stopFilling)
        .pointOfNoReturn()
        .step("serve", servers::serve)
        .step(AWAIT_SERVING, servers::awaitHealthy);
  }

  private void replace(Writer script) {
    script
        .step("ask-backup", replacement::askBackup, replacement::withdraw)
        .step("await-backup", replacement::awaitBackup)
        .step("start", servers::startNew, servers::removeNew)
        .step(AWAIT_HEALTHY, servers::awaitHealthy)
        .step("fill", replacement::fill, replacement::stopFilling)
        .pointOfNoReturn()
        .step("switch", replacement::change)
        .step(AWAIT_SERVING, servers::awaitHealthy);
  }

  // ---- how it ends

  @Override
  public void ended(Ended how, StepContext ctx) {
    Failure failure = how == Ended.DONE ? null : failure(ctx, how);
    Status status =
        switch (how) {
          case DONE -> Status.SUCCESS;
          case CANCELLED -> Status.CANCELLED;
          case UNDONE, STUCK -> Status.FAILED;
        };
    if (failure == null) {
      Reserved reserved = ServerSteps.reserved(ctx);
      ctx.inCheckpoint(tx -> settled(tx, reserved));
    } else {
      ctx.inCheckpoint(
          tx -> DatabaseServerStore.failed(tx, new DatabaseId(ctx.subject()), failure));
    }
    ctx.inCheckpoint(tx -> DatabaseWorkStore.ended(tx, ctx.sagaId(), status, failure));
    lines.forget(ctx.sagaId());
    reconcile.run();
  }

  private Future<Void> settled(Tx tx, Reserved reserved) {
    ProjectDatabase before = reserved.before();
    if (work == DatabaseWork.REMOVE) {
      return DatabaseServerStore.forgotten(tx, before.id());
    }
    boolean stopped =
        switch (work) {
          case STOP -> true;
          case CHANGE -> before.stopped();
          case CREATE, START, RESTART, UPGRADE, RESTORE, PASSWORD, REMOVE -> false;
        };
    return DatabaseServerStore.settled(
        tx, before.id(), reserved.config(), reserved.server().image(), stopped);
  }

  private Failure failure(StepContext ctx, Ended how) {
    StepFailure failure = ctx.failure();
    List<String> tail = lines.of(ctx.sagaId());
    if (failure != null) {
      return new Failure(failure.step(), failure.code(), failure.message(), failure.remedy(), tail);
    }
    return how == Ended.CANCELLED
        ? new Failure(
            RESERVE, "cancelled", "It was cancelled.", "Ask again when you are ready.", tail)
        : new Failure(
            RESERVE,
            "internal",
            "The work failed without a reason.",
            "Try again; if it fails in the same way, look at the platform's own log.",
            tail);
  }

  // ---- how its steps meet the engine

  /** Writes a script whose steps outlast what may pass by itself. */
  private record Writer(Script.Builder script) {
    Writer step(String name, Action action) {
      script.step(name, forward(action)).retrying(THROUGH_ELECTION);
      return this;
    }

    Writer step(String name, Action action, Undo undo) {
      script.step(name, forward(action), back(undo)).retrying(THROUGH_ELECTION);
      return this;
    }

    Writer pointOfNoReturn() {
      script.pointOfNoReturn();
      return this;
    }

    Script build() {
      return script.build();
    }

    private static Action forward(Action action) {
      return ctx -> {
        try {
          return action.run(ctx);
        } catch (DockerProblem problem) {
          throw translated(ctx, problem);
        }
      };
    }

    private static Undo back(Undo undo) {
      return ctx -> {
        try {
          undo.run(ctx);
        } catch (DockerProblem problem) {
          throw translated(ctx, problem);
        }
      };
    }

    private static Exception translated(StepContext ctx, DockerProblem problem) {
      if (problem instanceof DockerProblem.Cancelled) {
        Thread.interrupted();
        ctx.checkpoint();
      }
      Problem told =
          Problem.failed(problem.code(), problem.getMessage(), problem.remedy(), problem);
      return problem.transientFailure()
          ? new Retryable(problem.getMessage(), told, ENGINE_BACK_OFF)
          : told;
    }
  }
}
