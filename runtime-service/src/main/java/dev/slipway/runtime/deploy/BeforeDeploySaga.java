package dev.slipway.runtime.deploy;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupBells;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.deployment.DeployOrder;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.event.Events;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.Action;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.Retries;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.platform.saga.Undo;
import dev.slipway.runtime.backup.BackupWait;
import dev.slipway.store.BackupStore;
import dev.slipway.store.DeploymentBackups;
import dev.slipway.store.DeploymentStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the backups that schedules want before a deployment, and hands over to {@link
 * DeploySaga}: nothing of the new release has been started until each of them is proven. Safe to
 * resume at any line.
 *
 * <pre>
 *   ask-backups     rows for the backup services, the same however often asked  - cancel what has not ended
 *   await-backups   each is verified; then the deploy saga, in one transaction
 * </pre>
 *
 * A saga of its own, because it may take an hour: it holds none of the places for deployments, and
 * while it waits the reconcile loop looks after what serves.
 */
public final class BeforeDeploySaga implements Saga {
  static final String ASK_BACKUPS = "ask-backups";
  static final String AWAIT_BACKUPS = "await-backups";

  private static final String CODE = "backup_before_deploy_failed";
  private static final String UNTOUCHED = "Nothing of the new release was started.";
  private static final String OTHERWISE =
      "In an emergency, deploy without it: skipBackups, or './slipway deploy APP --skip-backups'.";

  /** About a minute: a wait this long outlasts a database that is started again. */
  private static final Retries THROUGH_RESTART =
      new Retries(16, Duration.ofMillis(500), Duration.ofSeconds(5));

  private final DeployParts parts;
  private final Duration within;
  private final Duration told;
  private final BackupStore backups;
  private final DeploymentBackups wanted;
  private final Runs runs;
  private final Ending ending;

  /**
   * Makes the saga.
   *
   * @param within how long each backup may take, by the database's clock, from being asked for
   * @param told for how long the database must say on end that the wait is over
   * @param reconcile rings the reconcile loop: something changed
   */
  public BeforeDeploySaga(DeployParts parts, Duration within, Duration told, Runnable reconcile) {
    this.parts = parts;
    this.within = within;
    this.told = told;
    this.backups = parts.stores().databases().backups();
    this.wanted = new DeploymentBackups(parts.stores().database());
    this.runs = new Runs(parts);
    this.ending = new Ending(runs, reconcile);
  }

  @Override
  public Script script() {
    return Script.named(DeploymentStore.BEFORE_DEPLOY, 1)
        .step(ASK_BACKUPS, forward(this::ask), back(this::withdraw))
        .retrying(THROUGH_RESTART)
        .step(AWAIT_BACKUPS, forward(this::awaitAll))
        .retrying(THROUGH_RESTART)
        .build();
  }

  @Override
  public void ended(Ended how, StepContext ctx) {
    ending.tell(how, ctx, ASK_BACKUPS);
  }

  // ---- asking

  private @Nullable Object ask(StepContext ctx) {
    DeployOrder order = ctx.input(DeployOrder.class);
    parts.stores().serving().begin(ctx.fence(), order.deploymentId(), order.releaseId()).await();
    Deployment deployment = parts.stores().deployments().get(order.deploymentId()).await();
    if (deployment.skipBackups() || isRestart(order)) {
      return null;
    }
    DeploymentBackups.Wanted due = due(deployment);
    for (String name : due.empty()) {
      say(ctx, ASK_BACKUPS, LogLevel.INFO, "'" + name + "' holds nothing yet: no backup of it.");
    }
    for (String name : due.gone()) {
      say(
          ctx,
          ASK_BACKUPS,
          LogLevel.WARN,
          "What the schedule '" + name + "' backs up is gone, or being removed: no backup of it.");
    }
    ctx.inCheckpoint(tx -> DeploymentBackups.request(tx, due.wishes()));
    ctx.afterCheckpoint(() -> ring(order.deploymentId().value()));
    return null;
  }

  /** The release that serves is only started anew: what it would write it writes already. */
  private boolean isRestart(DeployOrder order) {
    ApplicationId application = order.applicationId();
    return order
        .releaseId()
        .equals(parts.stores().applications().get(application).await().currentReleaseId());
  }

  private DeploymentBackups.Wanted due(Deployment deployment) {
    try {
      return wanted.wanted(deployment).await();
    } catch (Problem unreadable) {
      throw terms("the backup")
          .failed(
              "No backup can be taken before the release starts: " + unreadable.detail(),
              unreadable.remedy());
    }
  }

  /** Undo: nobody waits for them any more. Those that are verified stay. */
  private void withdraw(StepContext ctx) {
    for (Backup backup : wanted.of(new DeploymentId(ctx.subject())).await()) {
      if (!backup.status().ended()) {
        backups.cancel(backup.id()).await();
        ring(backup.id().value());
      }
    }
  }

  private void ring(String id) {
    parts.bus().ring(BackupBells.AVAILABLE, new BackupBells.Available(id));
  }

  // ---- waiting

  private @Nullable Object awaitAll(StepContext ctx) throws InterruptedException {
    DeployOrder order = ctx.input(DeployOrder.class);
    List<Awaited> open = new ArrayList<>();
    wanted
        .of(order.deploymentId())
        .await()
        .forEach(
            backup -> open.add(new Awaited(backup.id(), terms(backup), progress(ctx, backup))));
    BackupWait wait = new BackupWait(backups, told);
    for (int looks = 0; !allProven(wait, open); looks++) {
      BackupWait.rest(ctx, looks);
    }
    runs.handOver(ctx);
    ctx.handOver(DeploymentStore.saga(order, DeploymentStore.DEPLOY));
    ctx.afterCheckpoint(() ->
        parts
            .bus()
            .ring(
                Events.DEPLOYMENTS_AVAILABLE, new Events.Available(order.deploymentId().value())));
    return null;
  }

  /** Looks at all of them each time, so that the first failure is the end. */
  private static boolean allProven(BackupWait wait, List<Awaited> open) {
    open.removeIf(each -> wait.isProven(each.id(), each.terms(), each.progress()));
    return open.isEmpty();
  }

  private record Awaited(BackupId id, BackupWait.Terms terms, BackupProgress progress) {}

  private BackupProgress progress(StepContext ctx, Backup backup) {
    return new BackupProgress(
        backup.subjectName(), line -> say(ctx, AWAIT_BACKUPS, LogLevel.INFO, line));
  }

  private BackupWait.Terms terms(Backup backup) {
    return terms("the backup " + backup.id() + " of '" + backup.subjectName() + "'");
  }

  private BackupWait.Terms terms(String backup) {
    return new BackupWait.Terms(backup, CODE, within, UNTOUCHED, OTHERWISE);
  }

  // ----

  private void say(StepContext ctx, String step, LogLevel level, String line) {
    runs.of(ctx).log().say(step, level, line);
  }

  private Action forward(Action action) {
    return ctx -> {
      try {
        return action.run(ctx);
      } catch (FencedOut out) {
        runs.forget(ctx.sagaId());
        throw out;
      }
    };
  }

  private Undo back(Undo undo) {
    return ctx -> {
      try {
        undo.run(ctx);
      } catch (FencedOut out) {
        runs.forget(ctx.sagaId());
        throw out;
      }
    };
  }

  /** Closes what running sagas hold in memory. */
  public void close() {
    runs.close();
  }
}
